#include "comet/cluster/session_ends.hpp"

#include <iterator>
#include <utility>

#include "common/base/batch.hpp"
#include "common/base/fault.hpp"
#include "common/base/log.hpp"

namespace im::comet {

void SessionEnds::add(SessionRecord session) {
  owner_.check();
  ended_.push_back(std::move(session));
  flush();
}

std::vector<SessionRecord> SessionEnds::next_batch() {
  std::vector<SessionRecord> batch;
  for (std::size_t bytes = 0; !ended_.empty() && batch.size() < pace_.limit() && bytes < kMaxBatchBytes;) {
    bytes += ended_.front().key.size() + ended_.front().platform.size() + kEntryBytes;
    batch.push_back(std::move(ended_.front()));
    ended_.pop_front();
  }
  return batch;
}

void SessionEnds::flush() {
  if (in_flight_ || pace_.waiting() || ended_.empty()) return;
  if (fault::fire("comet.before_disconnect")) return;
  in_flight_ = true;
  auto batch = std::make_shared<std::vector<SessionRecord>>(next_batch());
  logic_.disconnect(self_(), *batch, [this, batch](Result<Ok> told) {
    control_.post([this, batch, told = std::move(told)] { on_told(*batch, told); });
  });
}

void SessionEnds::on_told(std::vector<SessionRecord>& batch, const Result<Ok>& told) {
  owner_.check();
  in_flight_ = false;
  const auto wait = told.ok() ? std::nullopt : pace_.failed(told.error().code, batch.size(), control_.now(), chance());
  if (wait) {
    stats_.disconnects_retried.add(batch.size());
    ended_.insert(ended_.begin(), std::make_move_iterator(batch.begin()), std::make_move_iterator(batch.end()));
    control_.post_after(*wait, [this] {
      pace_.due();
      flush();
    });
    return;
  }
  if (told.ok()) {
    pace_.taken();
    stats_.disconnects_sent.add(batch.size());
  } else {
    stats_.disconnects_dropped.add();
    log::error("an ended session is refused for what is in it and dropped", {{"why", told.error().message}});
  }
  unsettled_ -= static_cast<std::int64_t>(batch.size());
  flush();
}

}  // namespace im::comet
