#include "common/http/browser_rules.hpp"

#include <gtest/gtest.h>

namespace im::http {
namespace {

class BrowserRulesTest : public testing::Test {
 protected:
  BrowserFault check(std::string_view authority, const HttpFields& headers = {}) const {
    HttpRequest head;
    head.headers = headers;
    return check_browser(head, authority, rules);
  }
  HttpBrowserRules rules{true, {"https://console.example.com"}, {"logic.internal"}};
};

TEST_F(BrowserRulesTest, OnlyOurOwnNames) {
  for (const char* name : {"127.0.0.1", "127.0.0.1:3111", "[::1]", "[::1]:3111", "10.1.2.3:80", "localhost",
                           "LOCALHOST:3111", "logic.internal", "Logic.Internal:80", "logic.internal.:80", ""})
    EXPECT_EQ(check(name), BrowserFault::kNone) << name;
  for (const char* name : {"evil.example", "evil.example:3111", "localhost.evil.example", "127.0.0.1.evil.example",
                           "logic.internal.evil", "[::1", "a"})
    EXPECT_EQ(check(name), BrowserFault::kHost) << name;
}

TEST_F(BrowserRulesTest, PagesOfOtherSitesMayNot) {
  const char* here = "127.0.0.1:3111";
  EXPECT_EQ(check(here, {{"origin", "https://evil.example"}}), BrowserFault::kOrigin);
  EXPECT_EQ(check(here, {{"origin", "null"}}), BrowserFault::kOrigin);
  EXPECT_EQ(check(here, {{"origin", ""}}), BrowserFault::kOrigin);
  EXPECT_EQ(check(here, {{"origin", "http://127.0.0.1:8080"}}), BrowserFault::kOrigin);
  EXPECT_EQ(check(here, {{"sec-fetch-site", "cross-site"}}), BrowserFault::kOrigin);
  EXPECT_EQ(check(here, {{"sec-fetch-site", "same-site"}}), BrowserFault::kOrigin);
  EXPECT_EQ(check(here, {{"origin", "http://127.0.0.1:3111"}, {"origin", "http://evil.example"}}),
            BrowserFault::kOrigin);
}

TEST_F(BrowserRulesTest, OwnPagesListedOnesAndProgramsMay) {
  const char* here = "127.0.0.1:3111";
  EXPECT_EQ(check(here), BrowserFault::kNone);
  EXPECT_EQ(check(here, {{"origin", "http://127.0.0.1:3111"}}), BrowserFault::kNone);
  EXPECT_EQ(check(here, {{"sec-fetch-site", "none"}}), BrowserFault::kNone);
  EXPECT_EQ(check(here, {{"sec-fetch-site", "same-origin"}}), BrowserFault::kNone);
  EXPECT_EQ(check(here, {{"origin", "https://console.example.com"}, {"sec-fetch-site", "cross-site"}}),
            BrowserFault::kNone);
}

TEST_F(BrowserRulesTest, APortForBrowsersHasNoSuchRule) {
  rules.closed = false;
  EXPECT_EQ(check("evil.example", {{"origin", "https://evil.example"}}), BrowserFault::kNone);
}

}  // namespace
}  // namespace im::http
