#include "common/rpc/server.hpp"

#include <grpcpp/server.h>
#include <gtest/gtest.h>

#include "im/kv.grpc.pb.h"

namespace im::rpc {
namespace {

std::string log_of_start(const std::string& address) {
  testing::internal::CaptureStderr();
  im::router::Kv::CallbackService service;  // a server without any does not start
  const auto server = start_server(address, {&service});
  server->Shutdown();
  server->Wait();
  return testing::internal::GetCapturedStderr();
}

TEST(RpcServer, APortBeyondTheMachineIsSaidSo) {
  for (const char* inside : {"127.0.0.1:0", "localhost:0"})
    EXPECT_EQ(log_of_start(inside).find("beyond this machine"), std::string::npos) << inside;
  const char* const open = "0.0.0.0:0";
  EXPECT_NE(log_of_start(open).find("gRPC listens beyond this machine"), std::string::npos) << open;
}

}  // namespace
}  // namespace im::rpc
