// Messages of several conversations that share a commit: on a server their heads are locked and written together, so
// each has to come out as if it had been alone. In the group "store" these run on MariaDB, too.
#include <atomic>
#include <future>
#include <latch>
#include <thread>

#include <gtest/gtest.h>

#include "tests/support/test_chat.hpp"

namespace im::logic::chat {
namespace {

/// Holds the lanes at their next commit until go().
class MessageBatchTest : public testing::Test {
 protected:
  struct Held {
    std::atomic<bool> holding = false;
    std::latch go{1};
    store::LaneOptions options() {
      store::LaneOptions options;
      options.commit = [this](sql::Connection& db) {
        if (holding) go.wait();
        return db.commit();
      };
      return options;
    }
  };

  /// Everything that `works` do waits while a first commit of each lane is held, and is then written in as few as
  /// possible.
  void together(const std::vector<std::function<void()>>& works) {
    held_.holding = true;
    std::vector<std::thread> threads;
    for (int conv = 1; conv <= 8; ++conv)  // each lane has something to hold
      threads.emplace_back(
          [this, conv] { (void)base_.store->lanes().write<Ok>(conv, [](store::Write&) { return Status(Ok{}); }); });
    for (const auto& work : works) threads.emplace_back(work);
    const auto wanted = threads.size();
    for (int i = 0; i < 1000 && asked_ < works.size(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(2));
    // What was asked stands in the queues a moment later; fewer in a batch would only make the test weaker.
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    EXPECT_EQ(threads.size(), wanted);
    held_.go.count_down();
    for (auto& thread : threads) thread.join();
    held_.holding = false;
  }
  std::function<void()> says(int uid, ConvId conv, const std::string& text) {
    return [this, uid, conv, text] {
      ++asked_;
      EXPECT_TRUE(messages_.send({Uid(uid), "d", ""}, {.conv = conv, .client_id = text, .body = text}).ok()) << text;
    };
  }
  std::int64_t unread(int uid, ConvId conv) {
    const auto all = history_.sync_all({Uid(uid), "d", ""}, {}, 0).value();
    for (const auto& one : all.conversations)
      if (one.conv == conv) return one.unread;
    return -1;
  }

  Held held_;
  test::TestStore base_{held_.options()};
  std::atomic<std::size_t> asked_ = 0;
  ConversationService conversations_{*base_.store, {}};
  MessageService messages_{*base_.store, conversations_, {}};
  HistoryService history_{*base_.store, {}};
};

TEST_F(MessageBatchTest, EachConversationIsAsIfItWereAlone) {
  base_.add_users(20);
  std::vector<ConvId> convs;
  for (int pair = 0; pair < 10; ++pair)
    convs.push_back(conversations_.open_p2p({Uid(2 * pair + 1), "d", ""}, Uid(2 * pair + 2)).value());
  std::vector<std::function<void()>> works;
  for (int pair = 0; pair < 10; ++pair)
    for (int i = 0; i <= pair % 4; ++i) {
      works.push_back(says(2 * pair + 1, convs[pair], "a" + std::to_string(pair) + "." + std::to_string(i)));
      works.push_back(says(2 * pair + 2, convs[pair], "b" + std::to_string(pair) + "." + std::to_string(i)));
    }
  together(works);
  for (int pair = 0; pair < 10; ++pair) {
    const std::int64_t each = pair % 4 + 1;
    const auto page = history_.sync({Uid(2 * pair + 1), "d", ""}, convs[pair], 0, 200).value();
    ASSERT_EQ(page.rows.size(), static_cast<std::size_t>(2 * each));
    for (std::size_t i = 0; i < page.rows.size(); ++i) EXPECT_EQ(page.rows[i].seq, static_cast<Seq>(i + 1));
    EXPECT_EQ(unread(2 * pair + 1, convs[pair]), each);
    EXPECT_EQ(unread(2 * pair + 2, convs[pair]), each);
    EXPECT_EQ(base_.number("SELECT last_seq FROM conversations WHERE conv_id = ?", {convs[pair]}), 2 * each);
  }
  EXPECT_EQ(base_.number("SELECT COUNT(*) FROM outbox"), static_cast<std::int64_t>(works.size()));
}

// Another entry between messages reads what they wrote, and what it writes they read.
TEST_F(MessageBatchTest, AMarkBetweenMessagesSeesThem) {
  base_.add_users(4);
  const auto conv = conversations_.open_p2p({Uid(1), "d", ""}, Uid(2)).value();
  const auto other = conversations_.open_p2p({Uid(3), "d", ""}, Uid(4)).value();
  messages_.send({Uid(1), "d", ""}, {.conv = conv, .client_id = "0", .body = "0"}).value();
  std::vector<std::function<void()>> works{says(1, conv, "one"), says(3, other, "x"), says(1, conv, "two")};
  works.emplace_back([this, conv] {
    ++asked_;
    EXPECT_TRUE(conversations_.read({Uid(2), "d", ""}, conv, 1).ok());
  });
  works.emplace_back([this, conv] {
    ++asked_;
    EXPECT_TRUE(messages_.edit({Uid(1), "d", ""}, conv, 1, "zero").ok());
  });
  works.push_back(says(2, conv, "three"));
  together(works);
  EXPECT_EQ(unread(2, conv), 2) << "one and two; 0 is read";
  EXPECT_EQ(unread(1, conv), 1);
  const auto rows = history_.sync({Uid(1), "d", ""}, conv, 0, 200).value().rows;
  ASSERT_EQ(rows.size(), 5U);
  for (std::size_t i = 0; i < rows.size(); ++i) EXPECT_EQ(rows[i].seq, static_cast<Seq>(i + 1));
  EXPECT_EQ(rows[0].body, "zero");
}

}  // namespace
}  // namespace im::logic::chat
