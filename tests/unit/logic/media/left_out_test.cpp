// What only messages of others name is left out of a user's bytes (decision 122), in a time that grows with their
// media.

#include "tests/unit/logic/media/uploads_fixture.hpp"

namespace im::logic::media {
namespace {

class LeftOut : public Uploads {
 protected:
  static constexpr int kMedia = 3000;

  void add_medium(sql::Connection& db, const std::string& id, int owner) {
    db.execute(
          "INSERT INTO media (id, owner, conv_id, state, kind, name, claimed, mime, sha256, size, stored, facts,"
          " refs, created_ms, drop_ms) VALUES (?, ?, ?, 2, 'file', 'a', '', '', ?, 1, 1, '{}', 1, 0, 0)",
          {id, Uid(owner), conv_, id})
        .value();
  }
  /// Finished media of the first user, each in a message of theirs; every third in one of the second user instead. And
  /// as many of other users.
  void fill() {
    auto db = chat_.database.open();
    ASSERT_TRUE(db->begin().ok());
    for (int i = 1; i <= kMedia; ++i) {
      const std::string id = "medium-" + std::to_string(i);
      add_medium(*db, id, 1);
      add_medium(*db, "other-" + std::to_string(i), 3 + i % 8);
      db->execute(
            "INSERT INTO messages (conv_id, seq, kind, type, sender, body, ts, mentions, client_id, counted,"
            " address) VALUES (?, ?, 1, 'file', ?, '{}', 0, '', ?, 0, '')",
            {conv_, i, i % 3 == 0 ? 2 : 1, id})
          .value();
      db->execute("INSERT INTO media_refs (conv_id, seq, media_id) VALUES (?, ?, ?)", {conv_, i, id}).value();
    }
    ASSERT_TRUE(db->commit().ok());
  }
  std::string plan() {
    const std::string text = "EXPLAIN QUERY PLAN " + std::string(media_table::kLeftOut.text);
    std::string steps;
    const auto rows = chat_.database.open()->select({text, 4}, {1, 1, Uid(1)});
    for (const auto& row : rows.value()) steps += row.text(3) + "\n";
    return steps;
  }
  MediaUse use(const UserRoom& room) { return media_table::use_of(*chat_.database.open(), Uid(1), 0, room).value(); }
};

/// By the index of states and that of senders each medium of the user was compared with each of their messages.
TEST_F(LeftOut, IsFoundByTheMediaOfTheUserAndTheirNames) {
  if (chat_.store->database().engine != sql::Engine::kSqlite) GTEST_SKIP() << "the plan is one of SQLite";
  const auto expect_plan = [&](const char* when) {
    const std::string steps = plan();
    for (const char* index : {"media_owner", "media_refs_media"})
      EXPECT_NE(steps.find(index), std::string::npos) << when << index << "\n" << steps;
    for (const char* index : {"media_due", "messages_sender", "SCAN"})
      EXPECT_EQ(steps.find(index), std::string::npos) << when << index << "\n" << steps;
  };
  expect_plan("without rows: ");
  fill();
  expect_plan("with rows: ");
  chat_.database.open()->execute("ANALYZE").value();
  expect_plan("with what SQLite knows of them: ");
}

TEST_F(LeftOut, IsAskedWhereItMatters) {
  fill();
  const std::int64_t all = kMedia * kLeastCounted, theirs = all / 3 * 2;
  auto db = chat_.database.open();
  const auto look = [&](std::int64_t room) { return media_table::look_at_room(*db, Uid(1), room).value(); };
  EXPECT_EQ(look(all).left_out, std::nullopt);
  EXPECT_EQ(look(all - 1).left_out, all - theirs);
  EXPECT_EQ(use({all, {}}).bytes, all);
  EXPECT_EQ(use({all - 1, {}}).bytes, theirs) << "it did not matter at the first look";
  EXPECT_EQ(use({all - 1, 7}).bytes, all - 7) << "a look before has found it, so it is not asked again";
}

TEST_F(LeftOut, CountsAtABegin) {
  fill();
  auto config = small_config();
  config.day_bytes.value = 0;
  config.user_bytes.value = (kMedia / 3 * 2 + 1) * kLeastCounted;
  UploadService uploads{config, {*chat_.store, incoming_, shaper_, signer_}};
  const auto begins = [&](const char* bytes) { return code(uploads.begin(test::TestChat::actor(1), ask(bytes))); };
  EXPECT_EQ(begins("fits"), 0);
  EXPECT_EQ(begins("does not"), 4413);
}

}  // namespace
}  // namespace im::logic::media
