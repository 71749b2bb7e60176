#include "comet/rpc/delivery_reader.hpp"

#include <gtest/gtest.h>

namespace im::comet {
namespace {

constexpr CometInstance kThisComet{CometNumber(2), InstanceEpoch(9)};

push::Content content() {
  push::Content made;
  made.set_operation(1000);
  made.set_body(std::string("\0body", 5));
  return made;
}

TEST(DeliveryReaderTest, EveryFactOfAPushIsRead) {
  push::Content wire = content();
  wire.set_kind(push::CLASS_EPHEMERAL);
  wire.set_audience(push::AUDIENCE_HELLO);
  const auto message = read_content(wire.SerializeAsString(), kThisComet);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->operation, 1000);
  EXPECT_EQ(*message->body, std::string("\0body", 5));
  EXPECT_EQ(message->facts.kind, PushClass::kEphemeral);
  EXPECT_EQ(message->facts.audience, PushAudience::kHello);
  EXPECT_EQ(message->except, nullptr);
}

TEST(DeliveryReaderTest, OfTheExceptedConnectionsOnlyOursCount) {
  push::Content wire = content();
  for (const std::uint64_t epoch : {8U, 9U}) {
    auto& connection = *wire.mutable_except()->add_connections();
    connection.set_comet(2);
    connection.set_epoch(epoch);
    connection.set_conn(70 + epoch);
  }
  const auto message = read_content(wire.SerializeAsString(), kThisComet);
  ASSERT_TRUE(message && message->except);
  EXPECT_EQ(message->except->conns, std::vector<ConnId>{ConnId(79)});
  EXPECT_EQ(read_content(wire.SerializeAsString(), {CometNumber(3), InstanceEpoch(9)})->except, nullptr);
}

TEST(DeliveryReaderTest, WhatThisVersionDoesNotKnowIsNotGuessed) {
  push::Content wire = content();
  wire.set_audience(static_cast<push::Audience>(77));
  EXPECT_FALSE(read_content(wire.SerializeAsString(), kThisComet));
  EXPECT_FALSE(read_content("\xff", kThisComet));
  Delivery delivery;
  delivery.set_content(content().SerializeAsString());
  delivery.set_scope(static_cast<push::Scope>(9));
  EXPECT_FALSE(read_delivery(delivery, kThisComet));
  delivery.set_scope(push::SCOPE_ALL);
  EXPECT_TRUE(read_delivery(delivery, kThisComet));
}

TEST(DeliveryReaderTest, ANameInTheRoomIsShort) {
  push::Content wire = content();
  wire.set_once("7/1795997189274");
  Delivery delivery;
  delivery.set_scope(push::SCOPE_ROOM);
  delivery.set_content(wire.SerializeAsString());
  EXPECT_EQ(read_delivery(delivery, kThisComet)->once, "7/1795997189274");
  wire.set_once(std::string(65, 'x'));
  delivery.set_content(wire.SerializeAsString());
  EXPECT_FALSE(read_delivery(delivery, kThisComet));
}

}  // namespace
}  // namespace im::comet
