#include "common/client/address.hpp"

#include <gtest/gtest.h>

namespace im::client {
namespace {

TEST(Address, HostAndPort) {
  EXPECT_EQ(parse_address("127.0.0.1:3101").value().text(), "127.0.0.1:3101");
  EXPECT_EQ(parse_address("comet.example:80").value().host, "comet.example");
  const auto v6 = parse_address("[::1]:3102");
  EXPECT_EQ(v6.value().host, "::1");
  EXPECT_EQ(v6.value().text(), "[::1]:3102");
}

TEST(Address, WrongOnesSayWhatIsExpected) {
  for (const char* text :
       {"", ":", "host", "host:", ":80", "host:0", "host:65536", "host:x", "::1:80", "[]:80", "h:-1"})
    EXPECT_FALSE(parse_address(text).ok()) << text;
  EXPECT_EQ(parse_address("host").error().message, "\"host\" is not HOST:PORT, for example 127.0.0.1:3101");
}

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
