#include "common/client/address.hpp"

#include <gtest/gtest.h>

namespace im::client {
namespace {

TEST(Url, AddressAndTarget) {
  const auto url = parse_url("http://127.0.0.1:3111/a/b?c=d").value();
  EXPECT_EQ(url.address.text(), "127.0.0.1:3111");
  EXPECT_EQ(url.target, "/a/b?c=d");
  EXPECT_EQ(parse_url("http://logic").value().address.port, 80);
  EXPECT_EQ(parse_url("http://[::1]/").value().address.host, "::1");
  const auto tls = parse_url("https://hook.example/who?a=b%20c").value();
  EXPECT_TRUE(tls.tls);
  EXPECT_EQ(tls.address.port, 443);
  EXPECT_EQ(tls.target, "/who?a=b%20c");
  for (const char* text :
       {"", "127.0.0.1:3111", "ftp://x", "http://", "http://:80", "http://x:y", "http://x:0", "http://x:65536",
        "http://user:word@x/", "http://x/#part", "http://x/a b", "http://x\r\nHost: y/"})
    EXPECT_FALSE(parse_url(text).ok()) << text;
}

TEST(Url, PercentEncode) {
  EXPECT_EQ(percent_encode("a-Z_0.~"), "a-Z_0.~");
  EXPECT_EQ(percent_encode("live://1 &ü"), "live%3A%2F%2F1%20%26%C3%BC");
}

}  // namespace
}  // namespace im::client
