#pragma once

#include <cstring>
#include <filesystem>
#include <functional>
#include <string>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>
#include <vector>

namespace im::test {

/// A kind of what may lie where a file is expected. `make`: false where this user or this machine cannot make one.
struct OddThing {
  const char* name;
  std::function<bool(const std::string& path)> make;
};

/// Its path may be longer than that of a socket can be.
inline bool make_socket(const std::string& path) {
  const std::string beside = (std::filesystem::temp_directory_path() / ("s" + std::to_string(::getpid()))).string();
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (beside.size() >= sizeof address.sun_path) return false;
  std::memcpy(address.sun_path, beside.c_str(), beside.size() + 1);
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool bound = ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(fd);
  std::error_code failed;
  if (bound) std::filesystem::rename(beside, path, failed);
  return bound && !failed;
}

inline std::vector<OddThing> odd_things() {
  return {
      {"a socket", make_socket},
      {"a pipe", [](const std::string& path) { return ::mkfifo(path.c_str(), 0600) == 0; }},
      {"a device", [](const std::string& path) { return ::mknod(path.c_str(), S_IFCHR | 0600, makedev(1, 3)) == 0; }},
      {"a folder", [](const std::string& path) { return ::mkdir(path.c_str(), 0700) == 0; }},
      {"a link to nothing", [](const std::string& path) { return ::symlink("/nothing/here", path.c_str()) == 0; }},
      {"a link to itself", [](const std::string& path) { return ::symlink(path.c_str(), path.c_str()) == 0; }}};
}

}  // namespace im::test
