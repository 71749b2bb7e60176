#include "common/keys/private_file.hpp"

#include <cstdio>
#include <fcntl.h>
#include <unistd.h>

namespace im {

Status write_private_file(const std::string& path, const std::string& text) {
  const std::string next = path + ".new";
  const int fd = ::open(next.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return Error{Error::Code::kDenied, next + ": cannot be written"};
  const bool written = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(fd) == 0;
  ::close(fd);
  if (!written || std::rename(next.c_str(), path.c_str()) != 0)
    return Error{Error::Code::kInternal, path + ": cannot be written"};
  return Ok{};
}

}  // namespace im
