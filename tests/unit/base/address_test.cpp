#include "common/base/address.hpp"

#include <gtest/gtest.h>

namespace im {
namespace {

TEST(Address, NamesIpv4AndIpv6InBrackets) {
  EXPECT_EQ(parse_address("127.0.0.1:3101").value(), (Address{"127.0.0.1", 3101}));
  EXPECT_EQ(parse_address("comet.example:65535").value(), (Address{"comet.example", 65535}));
  const auto v6 = parse_address("[fe80::1%eth0]:1");
  ASSERT_TRUE(v6.ok());
  EXPECT_EQ(v6.value().host, "fe80::1%eth0");
  EXPECT_EQ(v6.value().text(), "[fe80::1%eth0]:1");
  EXPECT_EQ(parse_address("[::1]:3102").value().text(), "[::1]:3102");
}

TEST(Address, WrongOnesSayWhatIsExpected) {
  for (const char* text :
       {"",     ":",     "host",  "host:", ":80",      "host:0", "host:65536", "host:x",  "::1:80", "[]:80", "h:-1",
        "h:+1", "[h]:1", "a b:1", "a,b:1", "user@h:1", "h/x:1",  "[::1]",      "[::1:80", " h:1",   "h:1 "})
    EXPECT_FALSE(parse_address(text).ok()) << text;
  EXPECT_EQ(parse_address("host").error().message, "\"host\" is not HOST:PORT, for example 127.0.0.1:3101");
}

}  // namespace
}  // namespace im
