#include "job/record_reader.hpp"

#include <gtest/gtest.h>

#include "im/push.pb.h"
#include "tests/unit/job/job_fakes.hpp"

namespace im::job {
namespace {

push::Record full_record() {
  push::Record message;
  message.set_scope(push::SCOPE_SESSIONS);
  auto& target = *message.add_targets();
  target.set_comet(2);
  target.set_epoch(9);
  target.add_conns(77);
  target.add_conns(77);
  message.set_room("live://1");
  message.set_speed(50);
  message.set_content(std::string("\0opaque", 7));
  message.add_lookup_uids(5);
  message.add_lookup_keys("key");
  return message;
}

TEST(RecordReaderTest, ReadsTheEnvelopeAndLeavesTheContent) {
  const auto read = read_record(3, 41, full_record().SerializeAsString());
  EXPECT_FALSE(read->malformed);
  EXPECT_EQ(read->partition, 3);
  EXPECT_EQ(read->offset, 41);
  EXPECT_EQ(read->scope, PushScope::kSessions);
  ASSERT_EQ(read->targets.size(), 1U);
  EXPECT_EQ(read->targets[0].comet, comet(2, 9));
  EXPECT_EQ(read->targets[0].conns, (std::vector<ConnId>{ConnId(77), ConnId(77)}));
  EXPECT_EQ(read->room, "live://1");
  EXPECT_EQ(read->speed, 50);
  EXPECT_EQ(read->content, std::string("\0opaque", 7));
  EXPECT_EQ(read->lookup_uids, (std::vector<Uid>{Uid(5)}));
  EXPECT_EQ(read->lookup_keys, (std::vector<std::string>{"key"}));
}

TEST(RecordReaderTest, OneCometNamedTwiceGetsOneDelivery) {
  auto message = full_record();
  auto& other = *message.add_targets();
  other.set_comet(1);
  other.set_epoch(4);
  auto& again = *message.add_targets();
  again.set_comet(2);
  again.set_epoch(9);
  again.add_conns(78);
  const auto read = read_record(0, 0, message.SerializeAsString());
  ASSERT_EQ(read->targets.size(), 2U);
  EXPECT_EQ(read->targets[0].comet, comet(1, 4));
  EXPECT_EQ(read->targets[1].comet, comet(2, 9));
  EXPECT_EQ(read->targets[1].conns, (std::vector<ConnId>{ConnId(77), ConnId(77), ConnId(78)}));
}

TEST(RecordReaderTest, WhatCannotBeReadIsMarked) {
  EXPECT_TRUE(read_record(0, 0, "\xff\xff\xff").get()->malformed);
  EXPECT_TRUE(read_record(0, 0, "").get()->malformed);  // no scope
  auto message = full_record();
  message.set_scope(static_cast<push::Scope>(9));
  const auto read = read_record(0, 0, message.SerializeAsString());
  EXPECT_TRUE(read->malformed);
  EXPECT_TRUE(read->targets.empty());
  const auto cut = full_record().SerializeAsString();
  EXPECT_TRUE(read_record(0, 0, std::string_view(cut).substr(0, cut.size() - 2))->malformed);
}

}  // namespace
}  // namespace im::job
