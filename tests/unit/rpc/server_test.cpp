#include "common/rpc/server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <grpcpp/server.h>
#include <gtest/gtest.h>

#include "im/kv.grpc.pb.h"

namespace im::rpc {
namespace {

std::string log_of_start(const std::string& address) {
  testing::internal::CaptureStderr();
  im::router::Kv::CallbackService service;  // a server without any does not start
  const auto server = start_server(address, {&service});
  server->shutdown({});
  return testing::internal::GetCapturedStderr();
}

TEST(RpcServer, APortBeyondTheMachineIsSaidSo) {
  for (const char* inside : {"127.0.0.1:0", "localhost:0"})
    EXPECT_EQ(log_of_start(inside).find("beyond this machine"), std::string::npos) << inside;
  const char* const open = "0.0.0.0:0";
  EXPECT_NE(log_of_start(open).find("gRPC listens beyond this machine"), std::string::npos) << open;
}

/// A client that says nothing; -1: the port is not there.
int raw_connection(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0) return fd;
  ::close(fd);
  return -1;
}

/// gRPC greets with its settings; who is refused reads the end.
bool greeted(int fd) {
  char byte = 0;
  return ::recv(fd, &byte, 1, 0) == 1;
}

TEST(RpcServer, OneConnectionTooManyIsClosedUntilAnotherEnds) {
  im::router::Kv::CallbackService service;
  std::unique_ptr<Server> server;
  std::uint16_t port = 39500;
  for (; !server && port < 39900; ++port) {
    try {
      server = start_server("127.0.0.1:" + std::to_string(port), {&service}, {.max_connections = 2});
      break;
    } catch (const std::runtime_error&) {
    }
  }
  ASSERT_TRUE(server);
  const int first = raw_connection(port), second = raw_connection(port);
  EXPECT_TRUE(greeted(first));
  EXPECT_TRUE(greeted(second));
  const int third = raw_connection(port);
  EXPECT_FALSE(greeted(third)) << "a third one is served";
  EXPECT_EQ(server->refused(), 1U);
  ::close(first);
  bool served = false;
  for (int tries = 0; !served && tries < 1000; ++tries) {  // gRPC notices the end in its own time
    const int fourth = raw_connection(port);
    served = greeted(fourth);
    ::close(fourth);
    if (!served) ::usleep(10'000);
  }
  EXPECT_TRUE(served);
  ::close(second);
  ::close(third);
  server->shutdown({});
}

}  // namespace
}  // namespace im::rpc
