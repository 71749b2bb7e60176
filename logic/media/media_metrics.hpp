#pragma once

#include "logic/media/download_service.hpp"
#include "logic/media/media_sweeper.hpp"
#include "logic/media/upload_service.hpp"

namespace im {
class MetricsPage;
}

namespace im::logic::media {

struct MediaStats {
  const UploadStats& up;
  const DownloadStats& down;
  const MediaSweeper::Stats& swept;
};
/// What docs/media.md lists. Any thread.
void add_media_metrics(MetricsPage& page, const MediaStats& stats);

}  // namespace im::logic::media
