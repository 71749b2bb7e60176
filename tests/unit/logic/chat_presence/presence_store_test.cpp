#include "logic/chat_presence/presence_store.hpp"

#include <gtest/gtest.h>

#include "tests/support/test_store.hpp"

namespace im::logic {
namespace {

TEST(PresenceStore, ATextPassesTheGateBeforeItIsKept) {
  test::TestStore store;
  store.add_users(1);
  std::vector<std::string> asked;
  chat::TextGate gate;
  gate.use([&](const chat::TextCheck& text) -> Result<std::string> {
    asked.push_back(text.type + ":" + text.body);
    if (text.body == "spam") return Error{Error::Code::kDenied, "the message is not allowed here"};
    return text.body == "damn" ? "d***" : text.body == "long" ? std::string(181, 'x') : text.body;
  });
  PresenceStore presence{*store.store, gate};
  const chat::Actor me{Uid(1), "phone", "127.0.0.1"};
  const auto kept = [&] { return presence.rows({Uid(1)}).value().at(Uid(1)); };

  EXPECT_EQ(presence.set(me, {Mood::kBusy, "damn"}).value().text, "d***");
  EXPECT_EQ(kept().text, "d***");
  EXPECT_EQ(presence.set(me, {Mood::kAway, "spam"}).error().code, Error::Code::kDenied);
  EXPECT_EQ(presence.set(me, {Mood::kAway, "long"}).error().code, Error::Code::kInvalid) << "a text like any other";
  EXPECT_EQ(presence.set(me, {Mood::kAway, std::string(181, 'y')}).error().code, Error::Code::kInvalid);
  EXPECT_EQ(kept().mood, Mood::kBusy) << "refused as a whole";
  EXPECT_TRUE(presence.set(me, {Mood::kInvisible, ""}).ok());
  EXPECT_EQ(kept().mood, Mood::kInvisible);
  EXPECT_EQ(asked, (std::vector<std::string>{"presence:damn", "presence:spam", "presence:long"}));
}

TEST(PresenceStore, WhoLeftIsFoundByWhoAsksAtOnce) {
  test::TestStore store;
  store.add_users(2);
  PresenceStore presence{*store.store};
  for (std::int64_t ms = 1; ms <= 50; ++ms) {
    presence.seen({Uid(1), Uid(2)}, ms);
    const auto rows = presence.rows({Uid(1), Uid(2)}).value();
    ASSERT_EQ(rows.at(Uid(1)).last_seen_ms, ms);
    ASSERT_EQ(rows.at(Uid(2)).last_seen_ms, ms);
  }
}

}  // namespace
}  // namespace im::logic
