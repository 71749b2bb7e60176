#include "tools/load/ledger.hpp"

#include <gtest/gtest.h>

namespace im::load {
namespace {

/// Two receivers of stream 0; three messages sent and acknowledged.
Ledger three_messages() {
  Ledger ledger(2, 2, 10);
  for (std::size_t receiver : {0U, 1U}) ledger.expect(receiver, 0);
  for (std::uint32_t number = 0; number < 3; ++number) {
    ledger.sent(0, number);
    ledger.acked(0, number);
  }
  return ledger;
}

void deliver(Ledger& ledger, std::size_t receiver, std::initializer_list<std::uint32_t> numbers) {
  for (const auto number : numbers) ledger.received(receiver, 0, number);
}

TEST(Ledger, EverythingOnceInOrderIsClean) {
  Ledger ledger = three_messages();
  deliver(ledger, 0, {0, 1, 2});
  deliver(ledger, 1, {0, 1, 2});
  EXPECT_EQ(ledger.expected(), 6U);
  EXPECT_EQ(ledger.judge().delivered, 6U);
  EXPECT_TRUE(ledger.judge().clean());
}

TEST(Ledger, AMissingMessageIsLost) {
  Ledger ledger = three_messages();
  deliver(ledger, 0, {0, 1, 2});
  deliver(ledger, 1, {0, 2});
  EXPECT_EQ(ledger.judge().lost, 1U);
  EXPECT_EQ(ledger.judge().reorder, 0U);
}

TEST(Ledger, ASecondCopyIsADuplicateNotAReorder) {
  Ledger ledger = three_messages();
  deliver(ledger, 0, {0, 1, 2, 1});
  deliver(ledger, 1, {0, 1, 2});
  EXPECT_EQ(ledger.judge().dup, 1U);
  EXPECT_EQ(ledger.judge().reorder, 0U);
}

TEST(Ledger, ALateFirstCopyIsAReorder) {
  Ledger ledger = three_messages();
  deliver(ledger, 0, {0, 2, 1});
  deliver(ledger, 1, {0, 1, 2});
  EXPECT_EQ(ledger.judge().reorder, 1U);
  EXPECT_EQ(ledger.judge().lost, 0U);
}

TEST(Ledger, WhatWasNotAcknowledgedMayBeMissing) {
  Ledger ledger = three_messages();
  ledger.sent(0, 3);
  deliver(ledger, 0, {0, 1, 2, 3});
  deliver(ledger, 1, {0, 1, 2});
  EXPECT_TRUE(ledger.judge().clean());
  EXPECT_EQ(ledger.judge().delivered, 7U);
}

TEST(Ledger, UnknownStreamsAndUnsentNumbersArePhantoms) {
  Ledger ledger = three_messages();
  deliver(ledger, 0, {0, 1, 2, 7});
  deliver(ledger, 1, {0, 1, 2, 99});
  ledger.received(0, 1, 0);
  EXPECT_EQ(ledger.judge().phantom, 3U);
}

}  // namespace
}  // namespace im::load
