#include "comet/edge/edge_limits.hpp"

#include <string>

#include <gtest/gtest.h>

namespace im::comet {
namespace {

constexpr TimePoint kNow{std::chrono::hours(1)};

IpAddress ip(const std::string& text) { return parse_ip(text).value(); }

std::string what(const Admission& admission) { return admission ? label(admission->limit) : "admitted"; }

TEST(AddressLimits, OpenConnectionsAreCountedUntilTheyLeave) {
  AddressLimits limits({.max_connections = 2});
  EXPECT_TRUE(limits.arrived(ip("10.0.0.1"), kNow).counted);
  EXPECT_TRUE(limits.arrived(ip("10.0.0.1"), kNow).counted);
  const auto third = limits.arrived(ip("10.0.0.1"), kNow);
  EXPECT_EQ(what(third.refused), "address_connections");
  EXPECT_FALSE(third.counted);
  EXPECT_EQ(what(limits.arrived(ip("10.0.0.2"), kNow).refused), "admitted");
  limits.left(ip("10.0.0.1"));
  EXPECT_EQ(what(limits.arrived(ip("10.0.0.1"), kNow).refused), "admitted");
}

TEST(AddressLimits, AnIpv6CustomerIsOneAddress) {
  AddressLimits limits({.max_connections = 1});
  EXPECT_EQ(what(limits.arrived(ip("2001:db8:1:2::1"), kNow).refused), "admitted");
  EXPECT_EQ(what(limits.arrived(ip("2001:db8:1:2:ffff::9"), kNow).refused), "address_connections");
  EXPECT_EQ(what(limits.arrived(ip("2001:db8:1:3::1"), kNow).refused), "admitted");
  limits.left(ip("2001:db8:1:2::1"));
  EXPECT_EQ(what(limits.arrived(ip("2001:db8:1:2:ffff::9"), kNow).refused), "admitted");
}

TEST(AddressLimits, ARefusedConnectionSaysWhenToComeAgain) {
  AddressLimits limits({.connects = Rate(2, 1)});
  EXPECT_FALSE(limits.arrived(ip("10.0.0.1"), kNow).refused);
  const auto refused = limits.arrived(ip("10.0.0.1"), kNow).refused;
  ASSERT_EQ(what(refused), "address_connect_rate");
  EXPECT_EQ(refused->retry_after, std::chrono::milliseconds(500));
  EXPECT_FALSE(limits.arrived(ip("10.0.0.1"), kNow + refused->retry_after).refused);
}

TEST(AddressLimits, AttemptsAndFailuresHaveTheirOwnRates) {
  AddressLimits limits({.auths = Rate(0.1, 4), .auth_failures = Rate(0.1, 2)});
  const IpAddress bad = ip("10.0.0.1"), good = ip("10.0.0.2");
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(what(limits.authenticates(bad, kNow)), "admitted");
    EXPECT_FALSE(limits.auth_failed(bad, kNow));
  }
  EXPECT_EQ(what(limits.authenticates(bad, kNow)), "admitted") << "it may be another one, with a good token";
  EXPECT_TRUE(limits.auth_failed(bad, kNow));
  EXPECT_FALSE(limits.auth_failed(good, kNow));
  for (int i = 0; i < 4; ++i) EXPECT_EQ(what(limits.authenticates(good, kNow)), "admitted");
  EXPECT_EQ(what(limits.authenticates(good, kNow)), "address_auth_rate");
}

TEST(AddressLimits, AMillionAddressesStayWithinTheBound) {
  AddressLimits limits({.connects = Rate(1, 1), .max_entries = 1000});
  ASSERT_TRUE(limits.arrived(ip("192.0.2.1"), kNow).counted);  // open all the time
  IpAddress source = ip("10.0.0.0");
  for (std::uint32_t i = 0; i < 1000000; ++i) {
    source[13] = static_cast<std::uint8_t>(i >> 16);
    source[14] = static_cast<std::uint8_t>(i >> 8);
    source[15] = static_cast<std::uint8_t>(i);
    if (limits.arrived(source, kNow).counted) limits.left(source);
  }
  EXPECT_LE(limits.stats().entries, 1000U);
  EXPECT_EQ(limits.stats().forgotten, 1000000U + 1 - 1000);
  EXPECT_EQ(limits.stats().untracked, 0U);
  EXPECT_EQ(what(limits.arrived(ip("192.0.2.1"), kNow).refused), "address_connect_rate");  // never forgotten
}

TEST(AddressLimits, WhenAllAreNeededANewcomerIsLetInUncounted) {
  AddressLimits limits({.max_connections = 1, .max_entries = 2});
  limits.arrived(ip("10.0.0.1"), kNow);
  limits.arrived(ip("10.0.0.2"), kNow);
  for (int i = 0; i < 3; ++i) {
    const auto arrived = limits.arrived(ip("10.0.0.3"), kNow);
    EXPECT_FALSE(arrived.refused);
    EXPECT_FALSE(arrived.counted);
  }
  EXPECT_EQ(limits.stats().untracked, 3U);
  EXPECT_EQ(limits.stats().entries, 2U);
}

TEST(AddressLimits, WhatHoldsNothingAnyMoreGoesByItself) {
  AddressLimits limits({.connects = Rate(1, 1), .max_entries = 1000});
  for (int i = 0; i < 100; ++i) {
    const IpAddress source = ip("10.0.0." + std::to_string(i));
    limits.arrived(source, kNow);
    limits.left(source);
  }
  EXPECT_EQ(limits.stats().entries, 100U);
  for (int i = 0; i < 60; ++i) limits.arrived(ip("10.0.1." + std::to_string(i)), kNow + std::chrono::seconds(10));
  EXPECT_LE(limits.stats().entries, 61U);
  EXPECT_EQ(limits.stats().forgotten, 0U);
}

TEST(UserLimits, ConnectionsOfAUser) {
  UserLimits limits({.max_connections = 1});
  const auto first = limits.entered(Uid(5), 0, kNow);
  ASSERT_NE(first.share, nullptr);
  EXPECT_EQ(what(limits.entered(Uid(5), 0, kNow).refused), "user_connections");
  EXPECT_EQ(what(limits.entered(Uid(6), 0, kNow).refused), "admitted");
  const auto again = limits.entered(Uid(5), 1, kNow);  // in the place of the first, which is still closing
  EXPECT_EQ(what(again.refused), "admitted");
  EXPECT_EQ(again.share, first.share);
  limits.left(*first.share);
  limits.left(*again.share);
  EXPECT_EQ(what(limits.entered(Uid(5), 0, kNow).refused), "admitted");
}

TEST(AddressLimits, ANewPolicyHoldsForWhoIsThere) {
  AddressLimits limits({.max_connections = 3});
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(limits.arrived(ip("10.0.0.1"), kNow).counted);
  limits.set({.max_connections = 2});
  EXPECT_EQ(what(limits.arrived(ip("10.0.0.1"), kNow).refused), "address_connections");
  limits.set({});
  EXPECT_FALSE(limits.active());
  EXPECT_EQ(what(limits.arrived(ip("10.0.0.1"), kNow).refused), "admitted");
}

TEST(UserLimits, ANewPolicyHoldsForWhoIsThere) {
  UserLimits limits({.messages = Rate(0.1, 100)});
  UserShare* share = limits.entered(Uid(5), 0, kNow).share;
  EXPECT_EQ(what(limits.message(*share, kNow)), "admitted");
  limits.set({.max_connections = 1, .messages = Rate(0.1, 1)});
  EXPECT_EQ(what(limits.message(*share, kNow)), "user_messages");
  EXPECT_EQ(what(limits.entered(Uid(5), 0, kNow).refused), "user_connections");
}

TEST(UserLimits, WhoIsNobodyHasNoLimits) {
  UserLimits limits({.max_connections = 1});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(what(limits.entered(Uid(0), 0, kNow).refused), "admitted");
  EXPECT_EQ(limits.stats().entries, 0U);
}

TEST(UserLimits, HisConnectionsShareTheMessages) {
  UserLimits limits({.messages = Rate(0.1, 3)});
  UserShare* one = limits.entered(Uid(5), 0, kNow).share;
  UserShare* two = limits.entered(Uid(5), 0, kNow).share;
  ASSERT_EQ(one, two);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(what(limits.message(*one, kNow)), "admitted");
  EXPECT_EQ(what(limits.message(*two, kNow)), "user_messages");
  limits.left(*one);
  limits.left(*two);
  UserShare* back = limits.entered(Uid(5), 0, kNow).share;
  EXPECT_EQ(what(limits.message(*back, kNow)), "user_messages");  // coming again brings nothing
}

}  // namespace
}  // namespace im::comet
