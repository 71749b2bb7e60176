#include "logic/media/media_metrics.hpp"

#include <utility>

#include "common/daemon/metrics.hpp"

namespace im::logic::media {

namespace {

using Count = std::atomic<std::uint64_t>;

struct Row {
  const char* value;
  const Count& count;
};

void add(MetricsPage& page, const char* name, const char* help, const char* label, std::initializer_list<Row> rows) {
  for (const Row& row : rows) page.counter(name, help, static_cast<double>(row.count.load()), {{label, row.value}});
}

}  // namespace

void add_media_metrics(MetricsPage& page, const MediaStats& stats) {
  const auto& [up, down, swept, own] = stats;
  add(page, "im_logic_media_uploads_total", "Uploads, by what came of them.", "outcome",
      {{"begun", up.begun},
       {"repeated", up.repeated},
       {"finished", up.finished},
       {"expired", swept.expired},
       {"dropped", own.dropped}});
  add(page, "im_logic_media_refused_total", "Uploads and parts of them that were refused, by reason.", "reason",
      {{"size", up.refused_size},
       {"quota", up.refused_quota},
       {"hash", up.refused_hash},
       {"range", up.refused_range},
       {"content", up.refused_content},
       {"token", up.refused_token},
       {"disk", up.failed}});
  add(page, "im_logic_media_downloads_total", "Downloads, by what came of them.", "outcome",
      {{"linked", down.links},
       {"served", down.served},
       {"refused", down.refused},
       {"gone", down.gone},
       {"lost", down.lost},
       {"away", down.away}});
  add(page, "im_logic_media_bytes_total", "Bytes of media, by direction.", "direction", {{"up", up.bytes}});
  page.counter("im_logic_media_removed_total", "Media whose bytes were taken away.",
               static_cast<double>(swept.removed.load()));
}

void add_crowd_metrics(MetricsPage& page, std::initializer_list<const TurnQueue*> queues) {
  std::uint64_t one = 0, all = 0;
  for (const TurnQueue* queue : queues) {
    one += queue->stats().over_share;
    all += queue->stats().full;
  }
  for (const auto& [whose, count] : {std::pair("one", one), std::pair("all", all)})
    page.counter("im_logic_media_crowded_total",
                 "Work refused because one user, or all together, had too much waiting.", static_cast<double>(count),
                 {{"of", whose}});
}

void add_store_metrics(MetricsPage& page, const BlobStore::Silence& silence) {
  page.gauge("im_logic_media_store_silent", "1 while the S3 store does not answer.", silence.is_silent ? 1 : 0);
  page.counter("im_logic_media_store_unasked_total",
               "Calls to the S3 store that failed at once, because it was silent.",
               static_cast<double>(silence.unasked));
}

}  // namespace im::logic::media
