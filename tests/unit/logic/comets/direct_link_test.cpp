#include "logic/comets/direct_link.hpp"

#include <gtest/gtest.h>

namespace im::logic {
namespace {

using namespace std::chrono_literals;

class DirectLinkTest : public testing::Test {
 protected:
  /// A push of about `size` bytes; what comes of it lands in `answers_`.
  bool offer(const std::string& name, std::size_t size = 10) {
    Reached done = [this, name](const Result<std::int32_t>& result) {
      answers_.push_back(name + (result.ok() ? " " + std::to_string(result.value())
                                             : std::string(" ") + to_string(result.error().code)));
    };
    return link_.offer(DirectPush{{ConnId(1)}, std::make_shared<const std::string>(size, 'x')}, done, now_);
  }
  static void tell(std::vector<Settled> told) {
    for (auto& one : told) one.done(std::move(one.result));
  }
  std::size_t send() {
    const auto batch = link_.next_batch();
    return batch ? batch->commands.size() : 0;
  }
  bool ack(std::uint64_t seq, const std::vector<std::int32_t>& reached) {
    auto told = link_.acked(seq, reached);
    if (told) tell(std::move(*told));
    return told.has_value();
  }

  TimePoint now_{1h};
  std::vector<std::string> answers_;
  DirectLink link_{{.window = 1000, .waiting = 2000, .batch_bytes = 500, .batch_count = 3, .patience = 3s}};
};

TEST_F(DirectLinkTest, CommandsGoOutInOrderAndEachHearsHowManyItReached) {
  for (const char* name : {"a", "b", "c", "d"}) offer(name);
  const auto first = link_.next_batch();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->first_seq, 1U);
  EXPECT_EQ(first->commands.size(), 3U);
  EXPECT_EQ(link_.next_batch()->first_seq, 4U);
  EXPECT_FALSE(link_.next_batch());
  EXPECT_TRUE(ack(2, {1, 0}));
  EXPECT_TRUE(ack(4, {-1, 5}));
  EXPECT_EQ(answers_, (std::vector<std::string>{"a 1", "b 0", "c invalid", "d 5"}));
  EXPECT_EQ(link_.in_flight_bytes(), 0U);
}

TEST_F(DirectLinkTest, NothingIsSentTwice) {
  offer("sent");
  EXPECT_EQ(send(), 1U);
  offer("waits");
  tell(link_.closed({Error::Code::kUnavailable, "gone"}));
  EXPECT_EQ(answers_, std::vector<std::string>{"sent unavailable"});
  const auto batch = link_.next_batch();
  ASSERT_TRUE(batch);
  EXPECT_EQ(batch->first_seq, 1U);
  EXPECT_EQ(batch->commands.size(), 1U);
  EXPECT_TRUE(ack(1, {2}));
  EXPECT_EQ(answers_.back(), "waits 2");
}

TEST_F(DirectLinkTest, IsBoundedInBytesBothWaitingAndUnderWay) {
  int taken = 0;
  while (taken < 100 && offer("x", 400)) ++taken;
  EXPECT_EQ(taken, 4);  // of 2,000 bytes
  EXPECT_TRUE(answers_.empty());
  while (send() > 0) {
  }
  EXPECT_GE(link_.in_flight_bytes(), 1000U);
  EXPECT_LT(link_.in_flight_bytes(), 1500U);
  EXPECT_FALSE(link_.idle());
  EXPECT_TRUE(ack(2, {1, 1}));
  EXPECT_GT(send(), 0U);
}

TEST_F(DirectLinkTest, ASingleLargeCommandGoesAlone) {
  EXPECT_TRUE(offer("large", 5000));
  EXPECT_FALSE(offer("small"));
  EXPECT_EQ(send(), 1U);
  EXPECT_TRUE(offer("small"));
}

TEST_F(DirectLinkTest, TimeIsOverForWhatWaitsAndForWhatIsUnderWay) {
  offer("sent");
  send();
  now_ += 1s;
  offer("waits");
  EXPECT_EQ(link_.due(), now_ + 2s);
  tell(link_.expire(now_ + 2s));
  EXPECT_EQ(answers_, std::vector<std::string>{"sent timeout"});
  EXPECT_EQ(link_.due(), now_ + 3s);
  tell(link_.expire(now_ + 3s));
  EXPECT_EQ(answers_.back(), "waits unavailable");
  EXPECT_FALSE(link_.due());
  EXPECT_TRUE(link_.idle());
  EXPECT_EQ(link_.waiting_bytes(), 0U);
  EXPECT_TRUE(ack(1, {7})) << "late, and told to nobody";
  EXPECT_EQ(answers_.size(), 2U);
}

TEST_F(DirectLinkTest, AnAckThatCannotBeIsABrokenStream) {
  offer("a");
  offer("b");
  send();
  EXPECT_FALSE(ack(3, {1, 1, 1}));
  EXPECT_FALSE(ack(2, {1}));
  EXPECT_TRUE(ack(2, {1, 1}));
  EXPECT_FALSE(ack(1, {}));
}

TEST_F(DirectLinkTest, WithoutAHopeEverybodyHears) {
  offer("sent");
  send();
  offer("waits");
  tell(link_.drain({Error::Code::kNotFound, "gone"}));
  EXPECT_EQ(answers_, (std::vector<std::string>{"sent not_found", "waits not_found"}));
  EXPECT_TRUE(link_.idle());
  EXPECT_EQ(link_.waiting_bytes() + link_.in_flight_bytes(), 0U);
}

}  // namespace
}  // namespace im::logic
