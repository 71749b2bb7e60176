#pragma once

#include <initializer_list>

#include "logic/media/blob_store.hpp"
#include "logic/media/download_service.hpp"
#include "logic/media/media_sweeper.hpp"
#include "logic/media/own_media.hpp"
#include "logic/media/turn_queue.hpp"
#include "logic/media/upload_service.hpp"

namespace im {
class MetricsPage;
}

namespace im::logic::media {

struct MediaStats {
  const UploadStats& up;
  const DownloadStats& down;
  const MediaSweeper::Stats& swept;
  const OwnMedia::Stats& own;
};
/// What docs/media.md lists. Any thread.
void add_media_metrics(MetricsPage& page, const MediaStats& stats);
void add_crowd_metrics(MetricsPage& page, std::initializer_list<const TurnQueue*> queues);
void add_store_metrics(MetricsPage& page, const BlobStore::Silence& silence);

}  // namespace im::logic::media
