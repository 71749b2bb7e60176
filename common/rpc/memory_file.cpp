#include "common/rpc/memory_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace im::rpc {

MemoryFile::MemoryFile(const std::string& name) : fd_(::memfd_create(name.c_str(), MFD_CLOEXEC)) {
  if (fd_ < 0) throw std::runtime_error(std::string("no file in memory: ") + std::strerror(errno));
  ::fchmod(fd_, 0600);
}

MemoryFile::~MemoryFile() { ::close(fd_); }

void MemoryFile::write(std::string text) {
  text.resize(std::max(text.size(), size_), '\n');
  size_ = text.size();
  if (::pwrite(fd_, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size()))
    throw std::runtime_error(std::string("a file in memory cannot be written: ") + std::strerror(errno));
}

std::string MemoryFile::path() const { return "/proc/self/fd/" + std::to_string(fd_); }

}  // namespace im::rpc
