#include <string>

#include <gtest/gtest.h>

#include "common/http/ws_upgrade.hpp"

namespace im::ws {
namespace {

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

/// The example of RFC 6455 section 1.3, with goim's path.
const std::string kGood =
    "GET /sub HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";

std::string with(const std::string& line) { return kGood.substr(0, kGood.size() - 2) + line + "\r\n\r\n"; }
std::string without(const std::string& name) {
  const auto begin = kGood.find(name + ":");
  return kGood.substr(0, begin) + kGood.substr(kGood.find("\r\n", begin) + 2);
}

TEST(UpgradeTest, TheKeyOfTheRfc) { EXPECT_EQ(accept_key("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="); }

TEST(UpgradeTest, TheExampleOfTheRfc) {
  const auto result = upgrade(kGood, {});
  EXPECT_TRUE(result.accepted);
  EXPECT_EQ(result.status, 101);
  EXPECT_EQ(result.response,
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
}

TEST(UpgradeTest, NamesAndTokensInAnyCaseAndInLists) {
  EXPECT_TRUE(upgrade(replaced(kGood, "Upgrade: websocket", "uPGRADE: WebSocket"), {}).accepted);
  EXPECT_TRUE(upgrade(replaced(kGood, "Connection: Upgrade", "connection: keep-alive, UPGRADE"), {}).accepted);
  EXPECT_TRUE(upgrade(replaced(kGood, "Upgrade: websocket", "Upgrade: h2c, websocket"), {}).accepted);
}

TEST(UpgradeTest, TokensInSeveralLines) {
  EXPECT_TRUE(
      upgrade(replaced(kGood, "Connection: Upgrade", "Connection: keep-alive\r\nConnection: Upgrade"), {}).accepted);
  EXPECT_TRUE(upgrade(replaced(kGood, "Upgrade: websocket", "Upgrade: h2c\r\nUpgrade: websocket"), {}).accepted);
}

TEST(UpgradeTest, OffersWeDoNotTakeAreNotAnswered) {
  const auto result = upgrade(
      with("Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\nSec-WebSocket-Protocol: chat"), {});
  EXPECT_TRUE(result.accepted);
  EXPECT_EQ(result.response.find("permessage"), std::string::npos);
  EXPECT_EQ(result.response.find("Sec-WebSocket-Protocol"), std::string::npos);
}

TEST(UpgradeTest, TheCookieIsGiven) {
  const auto result = upgrade(with("Cookie: a=1; b=2"), {});
  EXPECT_EQ(result.cookie, "a=1; b=2");
}

TEST(UpgradeTest, ThePathIsTheWholeTarget) {
  EXPECT_TRUE(upgrade(replaced(kGood, "/sub", "/"), {.path = "/", .origins = {}}).accepted);
  for (const char* target : {"/", "/sub/", "/sub?", "/sub?x=1", "/SUB", "//sub", "/%73ub"}) {
    EXPECT_EQ(upgrade(replaced(kGood, "/sub", target), {}).status, 404) << target;
  }
}

TEST(UpgradeTest, Origins) {
  const UpgradeRules rules{.path = "/sub", .origins = {"https://a.example", "https://b.example"}};
  EXPECT_TRUE(upgrade(kGood, rules).accepted);
  EXPECT_TRUE(upgrade(with("Origin: https://b.example"), rules).accepted);
  EXPECT_TRUE(upgrade(with("Origin: https://evil.example"), {}).accepted);
  for (const char* origin :
       {"Origin: https://evil.example", "Origin: https://a.example.evil", "Origin: http://a.example", "Origin: null",
        "Origin:", "Origin: https://a.example\r\nOrigin: https://a.example"}) {
    EXPECT_EQ(upgrade(with(origin), rules).status, 403) << origin;
  }
}

struct Refusal {
  const char* name;
  int status;
  std::string head;
};

class RefusalTest : public testing::TestWithParam<Refusal> {};

TEST_P(RefusalTest, IsAnsweredWithItsStatusAndEndsTheConnection) {
  const auto result = upgrade(GetParam().head, {});
  EXPECT_FALSE(result.accepted);
  EXPECT_EQ(result.status, GetParam().status);
  EXPECT_TRUE(result.response.starts_with("HTTP/1.1 " + std::to_string(GetParam().status) + " ")) << result.response;
  EXPECT_NE(result.response.find("\r\nConnection: close\r\n"), std::string::npos);
  EXPECT_FALSE(result.reason.empty());
  const std::string body = result.response.substr(result.response.find("\r\n\r\n") + 4);
  EXPECT_NE(result.response.find("\r\nContent-Length: " + std::to_string(body.size()) + "\r\n"), std::string::npos);
}

std::string key(const std::string& value) { return replaced(kGood, "dGhlIHNhbXBsZSBub25jZQ==", value); }

INSTANTIATE_TEST_SUITE_P(
    Heads, RefusalTest,
    testing::Values(
        Refusal{"method", 405, replaced(kGood, "GET", "POST")}, Refusal{"path", 404, replaced(kGood, "/sub", "/other")},
        Refusal{"http10", 400, replaced(kGood, "HTTP/1.1", "HTTP/1.0")},
        Refusal{"http2", 400, replaced(kGood, "HTTP/1.1", "HTTP/2.0")}, Refusal{"no_host", 400, without("Host")},
        Refusal{"two_hosts", 400, with("Host: other")}, Refusal{"no_upgrade", 400, without("Upgrade")},
        Refusal{"other_upgrade", 400, replaced(kGood, "Upgrade: websocket", "Upgrade: h2c")},
        Refusal{"no_connection", 400, without("Connection")},
        Refusal{"other_connection", 400, replaced(kGood, "Connection: Upgrade", "Connection: keep-alive")},
        Refusal{"no_version", 426, without("Sec-WebSocket-Version")},
        Refusal{"old_version", 426, replaced(kGood, "Version: 13", "Version: 8")},
        Refusal{"version_list", 426, replaced(kGood, "Version: 13", "Version: 13, 8")},
        Refusal{"two_versions", 426, with("Sec-WebSocket-Version: 13")},
        Refusal{"no_key", 400, without("Sec-WebSocket-Key")}, Refusal{"empty_key", 400, key("")},
        Refusal{"short_key", 400, key("c2hvcnQ=")}, Refusal{"key_of_15_bytes", 400, key("MTIzNDU2Nzg5MDEyMzQ1")},
        Refusal{"key_of_17_bytes", 400, key("MTIzNDU2Nzg5MDEyMzQ1Njc=")},
        Refusal{"key_with_bad_character", 400, key("dGhlIHNhbXBs*SBub25jZQ==")},
        Refusal{"two_keys", 400, with("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")},
        Refusal{"body", 400, with("Content-Length: 5")},
        Refusal{"chunked_body", 400, with("Transfer-Encoding: chunked")},
        Refusal{"folded", 400, with("X-Long: a\r\n b")}, Refusal{"bare_lf", 400, with("X: a\nY: b")},
        Refusal{"nul", 400, with(std::string("X: a\0b", 6))}, Refusal{"cut", 400, kGood.substr(0, 40)},
        Refusal{"empty", 400, ""}),
    [](const auto& one) { return std::string(one.param.name); });

TEST(UpgradeTest, AnOldVersionIsToldTheRightOne) {
  const auto result = upgrade(replaced(kGood, "Version: 13", "Version: 8"), {});
  EXPECT_NE(result.response.find("\r\nSec-WebSocket-Version: 13\r\n"), std::string::npos);
}

TEST(UpgradeTest, EveryCutOfAGoodHeadIsRefused) {
  for (std::size_t size = 0; size < kGood.size(); ++size) EXPECT_FALSE(upgrade(kGood.substr(0, size), {}).accepted);
}

}  // namespace
}  // namespace im::ws
