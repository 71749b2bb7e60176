#include "common/base/port_holder.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace im {
namespace {

std::uint16_t bind_free_port(int fd) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  socklen_t size = sizeof address;
  EXPECT_EQ(::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size), 0);
  return ntohs(address.sin_port);
}

TEST(PortHolderTest, NamesThisProcessWhileItListens) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  const std::uint16_t port = bind_free_port(fd);
  EXPECT_EQ(port_holder(port), "");  // bound only
  ASSERT_EQ(::listen(fd, 1), 0);
  EXPECT_EQ(port_holder(port), "pid " + std::to_string(::getpid()) + " (base_test)");
  ::close(fd);
  EXPECT_EQ(port_holder(port), "");
}

}  // namespace
}  // namespace im
