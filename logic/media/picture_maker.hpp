#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>

#include "common/base/result.hpp"

namespace im::logic::media {

/// The pictures that were made of one: their type, and the size of each.
struct MadePicture {
  struct Size {
    int width = 0, height = 0;
  };
  std::string mime;
  Size file, small, large;
};

/// Makes new pictures of an outsider's one in a process of its own (tools/picture), which has limits on memory, time
/// and files and is ended when it takes too long. As many at once as call. Blocking, any thread.
class PictureMaker {
 public:
  /// `program`: "" = im-picture beside this program.
  PictureMaker(const std::string& program, std::chrono::milliseconds patience);

  /// Reads `path`, writes OUT.file, OUT.small and OUT.large, at most so many bytes together. kInvalid: no picture that
  /// can be decoded, or one with too many pixels; kUnavailable: the program does not start or work, or somebody ended
  /// it, or it had no time on this machine: another try may do.
  Result<MadePicture> make(const std::string& path, const std::string& out, std::uint64_t most) const;
  /// No other is begun: kUnavailable.
  void stop() { stopped_ = true; }

 private:
  std::atomic<bool> stopped_{false};
  const std::string program_;
  const std::chrono::milliseconds patience_;
};

}  // namespace im::logic::media
