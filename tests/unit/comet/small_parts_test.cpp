// The small pure parts of comet: op lists, slab, timer wheel, outbox, push frames, applied marks.

#include <map>
#include <random>

#include <gtest/gtest.h>

#include "comet/connection/connection_slab.hpp"
#include "comet/connection/outbox.hpp"
#include "comet/push/applied_marks.hpp"
#include "comet/wire/op_list.hpp"
#include "comet/wire/push_frame.hpp"
#include "common/wire/packet.hpp"
#include "common/ws/frame.hpp"

namespace im::comet {
namespace {

TEST(OpList, TakesWhatGoTakes) {
  EXPECT_EQ(parse_op_list("1000,1001"), (std::vector<std::int32_t>{1000, 1001}));
  EXPECT_EQ(parse_op_list("-1,+2,007"), (std::vector<std::int32_t>{-1, 2, 7}));
  for (const char* bad : {"", ",", "1,", ",1", "1, 2", "x", "1.0", "2147483648", "+-1", "1,,2"}) {
    EXPECT_FALSE(parse_op_list(bad)) << bad;
  }
}

TEST(OpList, AListHasALimit) {
  std::string text = "1";
  for (std::size_t i = 1; i < kMaxOps; ++i) text += ",1";
  EXPECT_TRUE(parse_op_list(text));
  EXPECT_FALSE(parse_op_list(text + ",1"));
}

// 3,400 held and 2,048 taken out cost 7 million comparisons once; 2,000 such packets are the test.
TEST(OpSet, ThoseWhoWantTheSameShareAList) {
  const OpSet one = make_op_set({2, 1}), same = with_ops(make_op_set({1}), {2}), other = make_op_set({1});
  EXPECT_EQ(one, same);
  EXPECT_NE(one, other);
  EXPECT_EQ(without_ops(one, {2}), other);
}

// docs/figures.md counts on it: whoever makes a row larger does it for every idle connection.
static_assert(sizeof(Session) <= 72);
static_assert(sizeof(Connection) <= 168);

TEST(ConnectionSlab, ARowIsMadeWhenItIsTaken) {
  ConnectionSlab slab;
  const std::uint32_t first = slab.take();
  EXPECT_EQ(slab.bytes(), sizeof(Connection));
  slab.at(first).session.emplace().name("a key of some length", "");
  slab.release(first);
  EXPECT_FALSE(slab.at(first).session);
  for (int i = 0; i < 5000; ++i) slab.take();  // more than one piece of memory
  EXPECT_EQ(slab.size(), 5000U);
  EXPECT_EQ(slab.at(4999).generation, 1U);
}

TEST(Session, SayingHelloKeepsTheKey) {
  Session session;
  session.name("key-1", {});
  session.name(session.key(), "phone");
  EXPECT_EQ(session.key(), "key-1");
  EXPECT_EQ(session.device(), "phone");
}

TEST(OpSet, ChangesCostOnePass) {
  std::vector<std::int32_t> held, taken(2048, 1);
  for (std::int32_t op = 10; op < 3410; ++op) held.push_back(op);
  OpSet set = make_op_set(held);
  for (int i = 0; i < 2000; ++i) set = without_ops(set, taken);
  EXPECT_EQ(*set, held);
  const OpSet same = with_ops(set, {10, 11, 10});
  EXPECT_EQ(same, set);  // not even copied
  EXPECT_EQ(*without_ops(set, {3409, 10, 10}), std::vector<std::int32_t>(held.begin() + 1, held.end() - 1));
  EXPECT_EQ(without_ops(nullptr, {1})->size(), 0U);
}

TEST(OpSet, GrowsShrinksAndIsBounded) {
  OpSet set = make_op_set({5, 1, 5});
  EXPECT_EQ(*set, (std::vector<std::int32_t>{1, 5}));
  EXPECT_TRUE(accepts(set, 5));
  set = without_ops(with_ops(set, {7}), {1});
  EXPECT_FALSE(accepts(set, 1));
  EXPECT_TRUE(accepts(set, 7));
  EXPECT_FALSE(accepts(nullptr, 1));
  std::vector<std::int32_t> many(kMaxOps + 1);
  for (std::size_t i = 0; i < many.size(); ++i) many[i] = static_cast<std::int32_t>(i);
  EXPECT_EQ(with_ops(nullptr, many), nullptr);
}

TEST(ConnectionSlab, AnOldIdNeverFindsANewConnection) {
  ConnectionSlab slab;
  const std::uint32_t place = slab.take();
  slab.at(place).phase = Phase::kAuth;
  const std::uint32_t generation = slab.at(place).generation;
  EXPECT_NE(slab.find(place, generation), nullptr);
  slab.release(place);
  EXPECT_EQ(slab.find(place, generation), nullptr);
  EXPECT_EQ(slab.take(), place);
  slab.at(place).phase = Phase::kAuth;
  EXPECT_EQ(slab.find(place, generation), nullptr);
  EXPECT_NE(slab.find(place, slab.at(place).generation), nullptr);
}

TEST(ConnectionSlab, APlaceWhoseGenerationWouldWrapRetires) {
  ConnectionSlab slab;
  const std::uint32_t place = slab.take();
  slab.at(place).generation = 0xfffffffe;
  slab.release(place);
  const std::uint32_t next = slab.take();
  EXPECT_NE(next, place);
}

struct WheelStore {
  std::vector<WheelLink> links;
  WheelLink& wheel_link(std::uint32_t index) { return links[index]; }
};

WheelStore unlinked(std::size_t size) {
  WheelStore store{std::vector<WheelLink>(size)};
  for (auto& link : store.links) link.bucket = WheelLink::kUnlinked;
  return store;
}

TEST(TimerWheel, PostponingFiresOnceAtTheLastDeadline) {
  WheelStore store = unlinked(1);
  TimerWheel wheel(store);
  wheel.set(0, 10);
  wheel.set(0, 30);
  std::vector<std::uint32_t> fired;
  for (std::uint32_t tick = 1; tick <= 40; ++tick) {
    wheel.advance(tick, [&](std::uint32_t) { fired.push_back(tick); });
  }
  EXPECT_EQ(fired, std::vector<std::uint32_t>{30});
}

TEST(TimerWheel, AgreesWithAModelBeyondOneRound) {
  std::mt19937 random(1);
  WheelStore store = unlinked(50);
  TimerWheel wheel(store);
  std::map<std::uint32_t, std::uint32_t> deadlines;
  for (std::uint32_t tick = 1; tick < 20000; ++tick) {
    wheel.advance(tick, [&](std::uint32_t index) {
      ASSERT_EQ(deadlines.at(index), tick);
      deadlines.erase(index);
    });
    for (const auto& [index, deadline] : deadlines) ASSERT_GT(deadline, tick) << index;
    const auto index = static_cast<std::uint32_t>(random() % 50);
    switch (random() % 3) {
      case 0:
        deadlines[index] = tick + 1 + static_cast<std::uint32_t>(random() % 9000);
        wheel.set(index, deadlines[index]);
        break;
      case 1:
        wheel.remove(index);
        deadlines.erase(index);
        break;
      default:
        break;
    }
  }
}

TEST(Outbox, KeepsOrderAcrossPartialWrites) {
  Outbox outbox(100);
  EXPECT_TRUE(outbox.push(Frame("hello"), Transport::kTcp, 2));
  EXPECT_TRUE(outbox.push(Frame("world"), Transport::kTcp));
  std::array<std::string_view, 4> parts;
  ASSERT_EQ(outbox.gather(parts), 2U);
  EXPECT_EQ(std::string(parts[0]) + std::string(parts[1]), "lloworld");
  outbox.consume(4);
  ASSERT_EQ(outbox.gather(parts), 1U);
  EXPECT_EQ(parts[0], "orld");
  outbox.consume(4);
  EXPECT_TRUE(outbox.empty());
  EXPECT_EQ(outbox.bytes(), 0U);
}

TEST(Outbox, IsBoundedButTakesOneFrameOfAnySize) {
  Outbox outbox(10);
  EXPECT_TRUE(outbox.push(Frame(std::string(50, 'x')), Transport::kTcp));
  EXPECT_FALSE(outbox.push(Frame("y"), Transport::kTcp));
  outbox.consume(50);
  EXPECT_TRUE(outbox.push(Frame("y"), Transport::kTcp));
}

// covers D01 D02
TEST(PushFrame, TcpAndWebSocketAreSlicesOfOneBuffer) {
  PushFrameBuilder builder;
  builder.add({1000, std::make_shared<const std::string>("a"), 0});
  builder.add({1000, std::make_shared<const std::string>("b"), 0});
  const Frame frame = std::move(builder).finish();
  std::string inner;
  for (const char* body : {"a", "b"}) wire::append_packet(inner, {.version = 1, .op = 1000, .seq = 0, .body = body});
  std::string outer;
  wire::append_packet(outer, {.version = 1, .op = wire::kOpRaw, .seq = 0, .body = inner});
  EXPECT_EQ(frame.bytes(Transport::kTcp), inner);
  EXPECT_EQ(frame.bytes(Transport::kWebSocket), ws::frame(ws::Opcode::kBinary, outer));
}

TEST(PushFrame, EveryWebSocketHeaderSize) {
  for (const std::size_t size : {0, 93, 94, 65000, 66000, 200000}) {
    const auto body = std::make_shared<const std::string>(size, 'x');
    std::string inner, outer;
    wire::append_packet(inner, {.version = 1, .op = 5, .seq = 0, .body = *body});
    wire::append_packet(outer, {.version = 1, .op = wire::kOpRaw, .seq = 0, .body = inner});
    EXPECT_EQ(push_frame({5, body, 0}).bytes(Transport::kWebSocket), ws::frame(ws::Opcode::kBinary, outer)) << size;
  }
}

TEST(AppliedMarks, EachOffsetOnceUntilTheLogBeginsAnew) {
  AppliedMarks marks;
  const auto lock = marks.lock();
  const AppliedMarks::Log log{"bus", "topic"}, other{"bus2", "topic"};
  EXPECT_TRUE(marks.advance(log, 0, 5));
  EXPECT_FALSE(marks.advance(log, 0, 5));
  EXPECT_FALSE(marks.advance(log, 0, 4));
  EXPECT_TRUE(marks.advance(log, 0, 9));
  EXPECT_TRUE(marks.advance(log, 1, 0));
  EXPECT_TRUE(marks.advance(other, 0, 0));
  marks.forget(log, 0);
  EXPECT_TRUE(marks.advance(log, 0, 0));
}

}  // namespace
}  // namespace im::comet
