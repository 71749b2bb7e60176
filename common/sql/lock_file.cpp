#include "common/sql/lock_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#include <utility>

namespace im::sql {

namespace {

/// The number that the holder wrote, for people.
std::string holder(int fd) {
  std::array<char, 32> text{};
  const auto size = ::pread(fd, text.data(), text.size(), 0);
  const std::string written(text.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
  return written.empty() ? "another process" : "process " + written.substr(0, written.find('\n'));
}

}  // namespace

Result<LockFile> LockFile::take(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return Error{Error::Code::kUnavailable, path + ": " + std::strerror(errno)};
  LockFile lock(fd);
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) return Error{Error::Code::kConflict, path + " is held by " + holder(fd)};
  // For people only: on a full disk it is held without that.
  const auto self = std::to_string(::getpid()) + "\n";
  if (::pwrite(fd, self.data(), self.size(), 0) == static_cast<ssize_t>(self.size()))
    (void)!::ftruncate(fd, static_cast<off_t>(self.size()));
  return lock;
}

LockFile::LockFile(LockFile&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

LockFile& LockFile::operator=(LockFile&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

LockFile::~LockFile() {
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace im::sql
