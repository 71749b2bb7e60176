#include "logic/web/web_part.hpp"

#include <filesystem>
#include <fstream>
#include <unistd.h>

#include <gtest/gtest.h>

#include "logic/web/page_nodes.hpp"

namespace im::logic {

namespace {

using List = std::vector<std::string>;

std::vector<NodeInfo> one_comet() {
  NodeInfo node;
  node.kind = NodeKind::kComet;
  node.addresses = {"10.0.0.1", "fd00::1"};
  node.weight = 10;
  return {node};
}

TEST(WebPart, AddressesAreTheLinesThatAreSome) {
  EXPECT_EQ(addresses_in("# comets\nws://a:1/sub\r\n\nhttp://b/\nwss://c/sub"), (List{"ws://a:1/sub", "wss://c/sub"}));
  EXPECT_EQ(addresses_in("ws://a b/sub\nws://\x01/\n"), List{});
  EXPECT_EQ(addresses_in("ws://\nwss:///sub\nws://:1/sub\nws://[fd00::1]:1/sub"), List{"ws://[fd00::1]:1/sub"});
}

TEST(WebPart, WithoutAFileTheNodeListIsAsked) {
  NodePolicy policy;
  policy.ws_port = 3102;
  policy.wss_port = 0;
  EXPECT_EQ(page_addresses(one_comet(), policy), (List{"ws://10.0.0.1:3102/sub", "ws://[fd00::1]:3102/sub"}));
  policy.wss_port = 443;
  EXPECT_EQ(page_addresses(one_comet(), policy), (List{"wss://10.0.0.1:443/sub", "ws://10.0.0.1:3102/sub",
                                                       "wss://[fd00::1]:443/sub", "ws://[fd00::1]:3102/sub"}));
}

TEST(WebPart, TheFileIsReadAtEachQuestion) {
  WebConfig config;
  config.comets_file = testing::TempDir() + "/comets-" + std::to_string(::getpid());
  const WebPart part(config, {}, one_comet);
  std::ofstream(config.comets_file) << "ws://one/sub\n";
  EXPECT_NE(part.nodes().body.find(R"("nodes":["ws://one/sub"])"), std::string::npos) << part.nodes().body;
  std::ofstream(config.comets_file) << "ws://two/sub\n";
  EXPECT_NE(part.nodes().body.find(R"("nodes":["ws://two/sub"])"), std::string::npos) << part.nodes().body;
  std::filesystem::remove(config.comets_file);
  EXPECT_NE(part.nodes().body.find(R"("nodes":[])"), std::string::npos) << part.nodes().body;
}

TEST(WebPart, SourcesAreTheHostsOfTheComets) {
  EXPECT_EQ(page_sources({"ws://10.0.0.1:3102/sub", "ws://10.0.0.1:3112/sub", "wss://im.example.com/sub"}),
            (List{"http://10.0.0.1:*", "https://im.example.com:*", "ws://10.0.0.1:*", "wss://im.example.com:*"}));
  const List any{"ws:", "wss:", "http:", "https:"};
  EXPECT_EQ(page_sources({}), any) << "a page that is loaded before the first comet is there must reach it";
  EXPECT_EQ(page_sources({"ws://a/sub", "ws://[fd00::1]:3102/sub"}), any);
  EXPECT_EQ(page_sources({"ws://a;script-src/sub"}), any) << "nothing else gets into the header";
  List many;
  for (int i = 0; i < 51; ++i) many.push_back("ws://im" + std::to_string(i) + ".example.com/sub");
  EXPECT_EQ(page_sources(many), any);
}

/// The policy of a page that is asked for now.
std::string policy_of(const WebPart& part) {
  std::string policy;
  part.page({}, [&](const HttpResponse& response) { policy = response.headers.front().second; });
  return policy;
}

TEST(WebPart, APageMayConnectToTheCometsItIsToldOf) {
  WebConfig config;
  NodePolicy policy;
  policy.ws_port = 3102;
  std::vector<NodeInfo> nodes = one_comet();
  nodes.front().addresses = {"10.0.0.1"};
  const WebPart part(config, policy, [&nodes] { return nodes; });
  const std::string before = policy_of(part);
  EXPECT_NE(before.find("connect-src 'self' http://10.0.0.1:* ws://10.0.0.1:*;"), std::string::npos) << before;
  nodes.front().addresses = {"10.0.0.2"};
  const std::string after = policy_of(part);
  EXPECT_NE(after.find("connect-src 'self' http://10.0.0.2:* ws://10.0.0.2:*;"), std::string::npos) << after;
}

TEST(WebPart, APageMayConnectToWhatIsConfiguredAndRunOwnScriptsOnly) {
  WebConfig config;
  config.connect = {"wss://im.example.com"};
  const std::string policy = policy_of(WebPart(config, {}, one_comet));
  EXPECT_NE(policy.find("default-src 'none'; script-src 'self';"), std::string::npos) << policy;
  EXPECT_NE(policy.find("connect-src 'self' wss://im.example.com;"), std::string::npos) << policy;
  EXPECT_EQ(policy.find("unsafe"), std::string::npos) << policy;
}

}  // namespace

}  // namespace im::logic
