#include "common/base/regular_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace im {

namespace {

/// Of what is there under the name and no file: a link that is not followed or leads nowhere, a path through a file, a
/// socket, a device without a driver.
constexpr std::array kNoFile{ELOOP, ENOTDIR, ENXIO, ENODEV};

Error why_not(const std::string& path) {
  if (std::ranges::find(kNoFile, errno) != kNoFile.end()) return {Error::Code::kNotFound, path + " is no file"};
  return {errno == ENOENT ? Error::Code::kNotFound : Error::Code::kUnavailable,
          "cannot open " + path + ": " + std::strerror(errno)};
}

}  // namespace

RegularFile::~RegularFile() {
  if (fd_ >= 0) ::close(fd_);
}

int RegularFile::release() { return std::exchange(fd_, -1); }

Result<RegularFile> open_regular_file(const std::string& path, int flags) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | flags);
  if (fd < 0) return why_not(path);
  struct stat facts{};
  const bool is_known = ::fstat(fd, &facts) == 0;
  const Error unknown = is_known ? Error{Error::Code::kNotFound, path + " is no file"} : why_not(path);
  if (is_known && S_ISREG(facts.st_mode)) return RegularFile(fd, facts);
  ::close(fd);
  return unknown;
}

}  // namespace im
