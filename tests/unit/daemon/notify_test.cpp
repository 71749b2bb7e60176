#include "common/daemon/notify.hpp"

#include <array>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace im {
namespace {

/// A service manager's socket; `name` starts with '@' for an abstract one.
class Manager {
 public:
  explicit Manager(const std::string& name) : fd_(::socket(AF_UNIX, SOCK_DGRAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, name.data(), name.size());
    if (name.front() == '@') address.sun_path[0] = '\0';
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    EXPECT_EQ(::bind(fd_, reinterpret_cast<const sockaddr*>(&address), size), 0);
    ::setenv("NOTIFY_SOCKET", name.c_str(), 1);
  }
  ~Manager() {
    ::close(fd_);
    ::unsetenv("NOTIFY_SOCKET");
  }
  Manager(const Manager&) = delete;
  Manager& operator=(const Manager&) = delete;
  std::string receive() const {
    std::array<char, 64> buffer{};
    const auto size = ::recv(fd_, buffer.data(), buffer.size(), MSG_DONTWAIT);
    return size < 0 ? "" : std::string(buffer.data(), static_cast<std::size_t>(size));
  }

 private:
  int fd_;
};

TEST(NotifyTest, SendsOneDatagramToAPath) {
  const auto path = std::filesystem::temp_directory_path() / ("im-notify-" + std::to_string(::getpid()));
  const Manager manager(path.string());
  notify_manager("READY=1");
  EXPECT_EQ(manager.receive(), "READY=1");
  EXPECT_EQ(manager.receive(), "");
  std::filesystem::remove(path);
}

TEST(NotifyTest, SendsToAnAbstractName) {
  const Manager manager("@im-notify-" + std::to_string(::getpid()));
  notify_manager("STOPPING=1");
  EXPECT_EQ(manager.receive(), "STOPPING=1");
}

TEST(NotifyTest, WithoutAManagerDoesNothing) {
  notify_manager("READY=1");
  ::setenv("NOTIFY_SOCKET", std::string(300, 'x').c_str(), 1);
  notify_manager("READY=1");
  ::setenv("NOTIFY_SOCKET", "/nowhere/at/all", 1);
  notify_manager("READY=1");
  ::unsetenv("NOTIFY_SOCKET");
}

}  // namespace
}  // namespace im
