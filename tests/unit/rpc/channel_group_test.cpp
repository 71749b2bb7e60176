#include "common/rpc/channel_group.hpp"

#include <chrono>
#include <cstdlib>
#include <set>

#include <gtest/gtest.h>

#include "common/rpc/server.hpp"
#include "im/kv.grpc.pb.h"

namespace im::rpc {
namespace {

using namespace std::chrono_literals;

/// A server that knows no call, and where it is.
struct Bare {
  explicit Bare(const std::string& host) {
    for (int port = 39000; !server && port < 39400; ++port) {
      try {
        address = host + ":" + std::to_string(port);
        server = start_server(address, {&service});
      } catch (const std::runtime_error&) {
      }
    }
  }
  std::string address;
  im::router::Kv::CallbackService service;  // a server without any does not start
  std::unique_ptr<Server> server;
};

bool connects(grpc::Channel& channel) { return channel.WaitForConnected(std::chrono::system_clock::now() + 30s); }

TEST(ChannelGroup, NamesAndBothFamiliesBesideEachOtherEachInItsTurn) {
  const Bare four("127.0.0.1");
  const Bare six("[::1]");
  ASSERT_TRUE(four.server);
  const std::string named = "localhost" + four.address.substr(four.address.find(':'));
  std::vector<std::string> addresses{named, four.address};
  if (six.server) addresses.push_back(six.address);  // else this system has no IPv6
  ChannelGroup group(addresses, pki::Role::kRouter);
  for (std::size_t index = 0; index < group.size(); ++index) EXPECT_TRUE(connects(*group.channel(index))) << index;
  std::set<std::size_t> turns;
  for (std::size_t turn = 0; turn < group.size(); ++turn) turns.insert(group.next());
  EXPECT_EQ(turns.size(), group.size());
}

TEST(ChannelGroup, WhoIsNotThereIsPassedOver) {
  const Bare there("127.0.0.1");
  ASSERT_TRUE(there.server);
  ChannelGroup group({"127.0.0.1:1", there.address, "127.0.0.1:2"}, pki::Role::kRouter);
  ASSERT_TRUE(connects(*group.channel(1)));
  for (int turn = 0; turn < 6; ++turn) EXPECT_EQ(group.next(), 1U);
}

TEST(ChannelGroup, TheProxyOfTheEnvironmentIsNotAsked) {
  ::setenv("http_proxy", "http://127.0.0.1:1", 1);
  const Bare there("127.0.0.1");
  ASSERT_TRUE(there.server);
  EXPECT_TRUE(connects(*make_channel(there.address, pki::Role::kRouter)));
  ::unsetenv("http_proxy");
}

TEST(RpcServer, SaysWhyItCannotListen) {
  const Bare first("127.0.0.1");
  ASSERT_TRUE(first.server);
  const auto why = [](const std::string& address) -> std::string {
    try {
      im::router::Kv::CallbackService service;
      start_server(address, {&service});
      return "it listens";
    } catch (const std::runtime_error& error) {
      return error.what();
    }
  };
  EXPECT_NE(why(first.address).find("the port is "), std::string::npos) << why(first.address);
  EXPECT_NE(why("192.0.2.1:39999").find("Cannot assign requested address"), std::string::npos)
      << why("192.0.2.1:39999");
}

}  // namespace
}  // namespace im::rpc
