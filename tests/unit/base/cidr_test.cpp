#include "common/base/cidr.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

namespace im {
namespace {

TEST(CidrListTest, AnEmptyListContainsNothing) {
  const CidrList none;
  EXPECT_TRUE(none.empty());
  EXPECT_FALSE(none.contains("1.2.3.4"));
  EXPECT_FALSE(none.contains("::1"));
}

TEST(CidrListTest, ContainsTheAddressesOfItsNetworks) {
  const CidrList list({"10.0.0.0/8", "192.168.1.128/25", "127.0.0.1"});
  for (const char* in : {"10.0.0.0", "10.255.255.255", "192.168.1.128", "192.168.1.255", "127.0.0.1"}) {
    EXPECT_TRUE(list.contains(in)) << in;
  }
  for (const char* out : {"9.255.255.255", "11.0.0.0", "192.168.1.127", "192.168.2.128", "127.0.0.2", "::1"}) {
    EXPECT_FALSE(list.contains(out)) << out;
  }
}

TEST(CidrListTest, KnowsIpv6) {
  const CidrList list({"2001:db8::/33", "::1"});
  EXPECT_TRUE(list.contains("2001:db8:7fff::1"));
  EXPECT_FALSE(list.contains("2001:db8:8000::1"));
  EXPECT_TRUE(list.contains("0:0:0:0:0:0:0:1"));
  EXPECT_FALSE(list.contains("::2"));
  EXPECT_FALSE(list.contains("127.0.0.1"));
}

TEST(CidrListTest, AMappedAddressIsItsIpv4Address) {
  const CidrList list({"10.0.0.0/8"});
  EXPECT_TRUE(list.contains("::ffff:10.1.2.3"));
  EXPECT_TRUE(list.contains("::ffff:a01:203"));
  EXPECT_FALSE(list.contains("::ffff:11.1.2.3"));
  EXPECT_FALSE(list.contains("::10.1.2.3"));  // not mapped
  EXPECT_TRUE(CidrList({"::ffff:10.1.2.3"}).contains("10.1.2.3"));
}

TEST(CidrListTest, ALinkLocalAddressMayHaveAZone) { EXPECT_TRUE(CidrList({"fe80::/10"}).contains("fe80::1%eth0")); }

TEST(CidrListTest, ZeroBitsAreAllOfOneFamily) {
  const CidrList list({"0.0.0.0/0"});
  EXPECT_TRUE(list.contains("255.1.2.3"));
  EXPECT_FALSE(list.contains("::1"));
}

TEST(CidrListTest, WhatIsNoAddressIsInNoNetwork) {
  const CidrList list({"0.0.0.0/0", "::/0"});
  EXPECT_FALSE(list.contains(""));
  EXPECT_FALSE(list.contains("localhost"));
}

TEST(CidrListTest, ABadEntryIsNamed) {
  for (const char* bad :
       {"", "localhost", "10.0.0", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8x", "::/129", "/8"}) {
    try {
      const CidrList list({"127.0.0.1", bad});
      ADD_FAILURE() << "accepted " << bad;
    } catch (const std::invalid_argument& error) {
      EXPECT_NE(std::string(error.what()).find("\"" + std::string(bad) + "\""), std::string::npos) << error.what();
    }
  }
}

TEST(CidrListTest, TheFaultOfAKeyNamesKeyAndEntry) {
  EXPECT_EQ(networks_fault("client.proxy_from", {"10.0.0.0/8", "::1"}), "");
  EXPECT_EQ(networks_fault("client.proxy_from", {"10.0.0.0/8", "lb"}),
            "client.proxy_from: \"lb\" is not a network; write it like 10.0.0.0/8 or ::1");
}

}  // namespace
}  // namespace im
