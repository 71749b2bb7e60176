#pragma once

#include <string>
#include <sys/stat.h>

namespace im {

/// Tells whether a file is another one than at the last look: inode, size or time of change. One thread.
class FileStamp {
 public:
  /// True at the first look, and when it has changed, come or gone since.
  bool changed(const std::string& path) {
    struct stat status{};
    const bool there = ::stat(path.c_str(), &status) == 0;
    const std::string now = !there ? "missing"
                                   : std::to_string(status.st_ino) + " " + std::to_string(status.st_size) + " " +
                                         std::to_string(status.st_mtim.tv_sec) + "." +
                                         std::to_string(status.st_mtim.tv_nsec);
    if (now == seen_) return false;
    seen_ = now;
    return true;
  }

 private:
  std::string seen_;
};

}  // namespace im
