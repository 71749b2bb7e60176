#pragma once

#include <string>
#include <sys/stat.h>

#include "common/base/result.hpp"

namespace im {

/// A regular file that is open, and what it was when it was opened. Moves; any thread, one at a time.
class RegularFile {
 public:
  RegularFile(int fd, const struct stat& facts) : fd_(fd), facts_(facts) {}
  RegularFile(RegularFile&& other) noexcept : fd_(other.release()), facts_(other.facts_) {}
  RegularFile& operator=(RegularFile&&) = delete;
  ~RegularFile();

  int fd() const { return fd_; }
  const struct stat& facts() const { return facts_; }
  /// Whoever calls it closes the descriptor.
  int release();

 private:
  int fd_;
  struct stat facts_;
};

/// For reading, and never waits: a named pipe would hold the thread until somebody writes to it, a socket cannot be
/// opened, a device may do anything. kNotFound: there is nothing, or it is no file; kUnavailable: it is one, perhaps,
/// and cannot be opened now (no right to it, a disk that fails, too many open files). `flags`: of open(2), besides.
Result<RegularFile> open_regular_file(const std::string& path, int flags = 0);

}  // namespace im
