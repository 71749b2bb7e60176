#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "common/base/result.hpp"

namespace im::logic::media {

/// The room that uploads leave on the disk of media, for rows and for whoever else uses it (decision 108). Any thread.
class DiskReserve {
 public:
  struct Space {
    std::uint64_t size = 0, free = 0;
  };
  /// Nothing: it cannot be told, and nobody is refused for it.
  using Look = std::function<std::optional<Space>()>;
  /// At most `keep`, and at most a twentieth of the disk.
  DiskReserve(std::uint64_t keep, Look look) : keep_(keep), look_(std::move(look)) {}
  /// The disk that a folder is on.
  DiskReserve(std::uint64_t keep, std::string folder);

  /// kUnavailable: so many bytes more would not leave it.
  Status admit(std::uint64_t more);

 private:
  Status refuse(const Space& space);

  const std::uint64_t keep_;
  const Look look_;
  std::atomic<bool> is_told_{false};  ///< that uploads are refused; until there is plenty of room again
};

}  // namespace im::logic::media
