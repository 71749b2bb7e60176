// Addresses to download end with what gave the right to them (docs/media.md, "Download").

#include "logic/chat/user_eraser.hpp"
#include "logic/media/download_service.hpp"
#include "tests/unit/logic/media/uploads_fixture.hpp"

namespace im::logic::media {
namespace {

/// User 1 has sent user 2 a file in their conversation of two.
class Erased : public Uploads {
 protected:
  chat::Seq send(int uid, const std::string& id) {
    return chat_.messages
        .send(test::TestChat::actor(uid),
              {.conv = conv_, .client_id = id, .type = "file", .body = "{\"media\":\"" + id + "\"}"})
        .value()
        .seq;
  }
  /// What somebody hears at an address that they were given before: 0, or a code.
  int at_address(int reader, chat::Seq seq, const std::string& id) {
    return code(downloads_.open({id, "file", Uid(reader), conv_, seq, 0}));
  }
  int get(int reader, chat::Seq seq) { return code(downloads_.links(test::TestChat::actor(reader), {conv_, seq})); }
  /// The first step of an erasure: messages and bytes follow, in many calls where there are many.
  void close(int uid) { ASSERT_TRUE(eraser_.close(Uid(uid)).ok()); }

  const std::string id_ = sent("hello");
  const chat::Seq seq_ = send(1, id_);
  chat::UserEraser eraser_{*chat_.store, chat_.groups};
  DownloadService downloads_{small_config(), *chat_.store, blobs_, signer_};
};

TEST_F(Erased, WhatTheyUploadedIsServedToNobodyFromTheFirstStepOn) {
  ASSERT_EQ(at_address(2, seq_, id_), 0);
  ASSERT_EQ(get(2, seq_), 0);
  close(1);
  EXPECT_EQ(at_address(2, seq_, id_), 4404);
  EXPECT_EQ(get(2, seq_), 4404);
}

TEST_F(Erased, AForwardByAnotherIsNotServedEither) {
  const auto forwarded = chat_.messages.forward(test::TestChat::actor(2), conv_, seq_, conv_, "f");
  ASSERT_TRUE(forwarded.ok()) << forwarded.error().message;
  ASSERT_EQ(at_address(2, forwarded.value().seq, id_), 0);
  close(1);
  EXPECT_EQ(at_address(2, forwarded.value().seq, id_), 4404);
}

TEST_F(Erased, TheirOwnAddressesAreOverAlthoughTheConversationStays) {
  close(2);
  EXPECT_EQ(at_address(2, seq_, id_), 4403);
  EXPECT_EQ(get(2, seq_), 4404);
  EXPECT_EQ(at_address(1, seq_, id_), 0) << "the other one";
}

/// As one that waited for its turn behind others: it was let in before the account closed.
TEST_F(Erased, ABeginThatComesToItsTurnLaterKeepsNothing) {
  close(1);
  EXPECT_EQ(code(begin(1, "later")), 4403);
  EXPECT_EQ(chat_.number("SELECT COUNT(*) FROM media WHERE state = 1"), 0);
}

TEST_F(Erased, AtTheEndTheBytesAreGoneToo) {
  close(1);
  while (!eraser_.erase(Uid(1), [](const chat::GroupChange&) {}).value().done) {
  }
  EXPECT_EQ(sweeper_.erase_user(Uid(1)).value(), 1);
  EXPECT_EQ(at_address(2, seq_, id_), 4404);
  EXPECT_EQ(files(), 0U);
}

TEST_F(Erased, ARecallEndsItsAddresses) {
  ASSERT_TRUE(chat_.messages.recall(test::TestChat::actor(1), conv_, seq_).ok());
  EXPECT_EQ(at_address(2, seq_, id_), 4404);
  EXPECT_EQ(get(2, seq_), 4404);
}

}  // namespace
}  // namespace im::logic::media
