#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "logic/media/blob_store.hpp"
#include "logic/media/disk_reserve.hpp"
#include "logic/media/incoming_folder.hpp"
#include "logic/media/picture_maker.hpp"
#include "logic/store/store.hpp"

namespace im::logic::webim {

/// Why a picture was not taken.
enum class PictureRefusal : std::uint8_t {
  kNoFile,
  kNoPicture,
  kTooLarge,
  kDay,
  kCrowded,
  kSlow,
  kSpool,
  kMalformed,
  kCount
};
const char* label(PictureRefusal why);

/// Pictures of old pages, by the rules of media: what they are, their bytes say; they are made anew by a process with
/// limits. Who has the address may see one. Blocking; any thread but one of an io_context.
class Pictures {
 public:
  struct Options {
    std::string folder;           ///< for what is on its way
    std::string program;          ///< see media::PictureMaker
    std::uint64_t size = 0;       ///< of one, at most
    std::uint64_t day_bytes = 0;  ///< of one address in a day; 0: as many as it likes
    std::chrono::milliseconds keep{};
    std::shared_ptr<media::DiskReserve> reserve =
        std::make_shared<media::DiskReserve>(0, std::string());  ///< of the disk of `folder`; at first none
    std::uint64_t made_bytes = 32ULL << 20;                      ///< media.picture_bytes
  };
  struct Stats {
    std::atomic<std::uint64_t> kept{0}, failed{0}, served{0}, removed{0};
    std::array<std::atomic<std::uint64_t>, static_cast<std::size_t>(PictureRefusal::kCount)> refused{};
    std::uint64_t refusals() const;
  };
  /// `blobs`: where they lie, under names of their own. Throws std::runtime_error when the folder cannot be used.
  Pictures(Options options, store::Store& store, std::unique_ptr<media::BlobStore> blobs);

  /// Its name. kInvalid: no picture, or too large; kOverloaded: the address has sent enough today; kUnavailable.
  Result<std::string> keep(std::string_view bytes, const std::string& address);
  /// One that did not get as far as keep(), or failed before it by no fault of its sender.
  void refuse(PictureRefusal why) { ++stats_.refused[static_cast<std::size_t>(why)]; }
  void fail() { ++stats_.failed; }
  /// kNotFound.
  Result<HttpContent> open(const std::string& name);
  /// Those that are old go, and what a logic that died left half done.
  Status sweep();
  /// No other is made, and see media::BlobStore.
  void stop() {
    maker_.stop();
    blobs_->stop();
  }

  const Options& options() const { return options_; }
  const std::string& spool() const { return spool_; }  ///< a folder for what is on its way
  const Stats& stats() const { return stats_; }

 private:
  Result<std::string> make(const std::string& id, std::string_view bytes);
  Status count_made(const std::string& id, std::uint64_t bytes);
  Status note(const std::string& id, std::string_view bytes, const std::string& address);
  void drop(const std::string& id);
  void forget(const std::string& id);
  Result<sql::Rows> old_ones();

  const Options options_;
  const std::string spool_;
  const media::IncomingFolder incoming_;
  const std::unique_ptr<media::BlobStore> blobs_;
  media::PictureMaker maker_;
  store::Store& store_;
  Stats stats_;
};

}  // namespace im::logic::webim
