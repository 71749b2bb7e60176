#pragma once

#include <atomic>
#include <memory>

#include "common/base/blocking_pool.hpp"
#include "logic/media/blob_stores.hpp"
#include "logic/media/media_admin.hpp"
#include "logic/media/media_http.hpp"
#include "logic/media/media_sweeper.hpp"
#include "logic/media/own_media.hpp"
#include "logic/part.hpp"

namespace im::logic {

/// Pictures, voice, video and files: their bytes up and down, and away (docs/media.md).
class MediaPart final : public Part {
 public:
  struct Settings {
    MediaConfig media;
    MediaS3Config s3;
    std::string folder;  ///< see media_folder()
  };
  /// Throws std::runtime_error when the folder or the keys of the store cannot be used.
  MediaPart(const Settings& settings, store::Store& store);
  ~MediaPart() override { MediaPart::stop(); }

  void add_routes(const Ports& ports) override;
  void add_requests(RequestRouter& router) override;
  void add_metrics(MetricsPage& page) const override;
  void tick(TimePoint now) override;
  /// After the doors: what they took is answered first.
  void stop() override;
  media::DownloadService& downloads() { return downloads_; }
  /// Of the disk of media, for all who write there: what one of them is about to write counts for the others.
  const std::shared_ptr<media::DiskReserve>& reserve() const { return reserve_; }
  /// All that a user uploaded, see MediaSweeper. Blocks; any thread.
  Result<int> erase_user(Uid owner) { return sweeper_.erase_user(owner); }

 private:
  const MediaConfig config_;
  BlockingPool readers_, keepers_;
  media::TurnQueue askers_, finishers_, painters_;
  const media::TokenSigner signer_;
  const std::shared_ptr<media::DiskReserve> reserve_;
  const media::IncomingFolder incoming_;
  const std::unique_ptr<media::BlobStore> blobs_;
  media::PictureMaker pictures_;
  const media::MediaShaper shaper_;
  media::UploadService uploads_;
  media::DownloadService downloads_;
  media::MediaHttp http_;
  media::MediaSweeper sweeper_;
  media::OwnMedia own_;
  media::MediaAdmin admin_;
  TimePoint next_sweep_{};
  std::atomic<bool> sweeping_{false};
};

}  // namespace im::logic
