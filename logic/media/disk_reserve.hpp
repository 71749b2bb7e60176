#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "common/base/result.hpp"

namespace im::logic::media {

/// The room that uploads leave on the disk of media, for rows and for whoever else uses it (decision 108). Any thread.
class DiskReserve {
 public:
  struct Space {
    std::uint64_t size = 0, free = 0;         ///< bytes
    std::uint64_t files = 0, files_free = 0;  ///< how many there may be (inodes); 0 and 0: it cannot be told
  };
  /// Nothing: it cannot be told, and nobody is refused for it.
  using Look = std::function<std::optional<Space>()>;
  /// At most `keep`, and at most a twentieth of the disk; also of the number of files, of which a thousand do.
  DiskReserve(std::uint64_t keep, Look look) : keep_(keep), look_(std::move(look)) {}
  /// The disk that a folder is on.
  DiskReserve(std::uint64_t keep, std::string folder);

  /// Bytes that somebody is about to write: they count as written until this goes. The reserve outlives it.
  class Held {
   public:
    Held() = default;
    Held(DiskReserve& reserve, std::uint64_t bytes) : reserve_(&reserve), bytes_(bytes) { reserve.held_ += bytes; }
    Held(Held&& other) noexcept : reserve_(std::exchange(other.reserve_, nullptr)), bytes_(other.bytes_) {}
    Held& operator=(Held&&) = delete;
    ~Held() {
      if (reserve_ != nullptr) reserve_->held_ -= bytes_;
    }

   private:
    DiskReserve* reserve_ = nullptr;
    std::uint64_t bytes_ = 0;
  };

  /// kUnavailable: so many bytes more would not leave it.
  Status admit(std::uint64_t more);
  /// As admit(), for what comes little by little.
  Result<Held> hold(std::uint64_t more);
  /// The disk is nearly full, whatever is asked for. The log has said so, and says when it is over.
  bool is_nearly_full() const { return is_told_; }

 private:
  void tell(const Space& space, std::uint64_t keep);

  const std::uint64_t keep_;
  const Look look_;
  std::atomic<std::uint64_t> held_{0};
  std::atomic<bool> is_told_{false};
};

}  // namespace im::logic::media
