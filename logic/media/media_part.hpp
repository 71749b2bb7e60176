#pragma once

#include <atomic>
#include <memory>

#include "common/base/blocking_pool.hpp"
#include "logic/media/folder_store.hpp"
#include "logic/media/media_http.hpp"
#include "logic/media/media_sweeper.hpp"
#include "logic/part.hpp"

namespace im::logic {

/// Pictures, voice, video and files: their bytes up and down, and away (docs/media.md).
class MediaPart final : public Part {
 public:
  /// `folder`: see media_folder(). Throws std::runtime_error when it cannot be used.
  MediaPart(const MediaConfig& config, const std::string& folder, store::Store& store);
  ~MediaPart() override { pool_.stop(); }

  void add_routes(const Ports& ports) override { http_.add_routes(ports.open); }
  void add_requests(RequestRouter& router) override;
  void add_metrics(MetricsPage& page) const override;
  void tick(TimePoint now) override;
  /// After the doors: what they took is answered first.
  void stop() override { pool_.stop(); }

 private:
  const MediaConfig config_;
  BlockingPool pool_;
  const media::TokenSigner signer_;
  const media::IncomingFolder incoming_;
  media::FolderStore blobs_;
  const media::PictureMaker pictures_;
  const media::MediaShaper shaper_;
  media::UploadService uploads_;
  media::DownloadService downloads_;
  media::MediaHttp http_;
  media::MediaSweeper sweeper_;
  TimePoint next_sweep_{};
  std::atomic<bool> sweeping_{false};
};

}  // namespace im::logic
