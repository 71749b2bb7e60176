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

TEST(WebPart, APageMayConnectToWhatIsConfiguredAndRunOwnScriptsOnly) {
  WebConfig config;
  config.connect = {"wss://im.example.com"};
  const HttpFields headers = page_headers(config);
  const std::string& policy = headers.front().second;
  EXPECT_NE(policy.find("default-src 'none'; script-src 'self';"), std::string::npos) << policy;
  EXPECT_NE(policy.find("connect-src 'self' wss://im.example.com;"), std::string::npos) << policy;
  EXPECT_EQ(policy.find("unsafe"), std::string::npos) << policy;
}

}  // namespace

}  // namespace im::logic
