// What users uploaded they take away themselves, whatever names it and wherever they are (decision 124).

#include "logic/media/own_media.hpp"

#include "logic/chat/attachment.hpp"
#include "logic/media/download_service.hpp"
#include "tests/unit/logic/media/stuck_blobs.hpp"
#include "tests/unit/logic/media/uploads_fixture.hpp"

namespace im::logic::media {
namespace {

class Own : public Uploads {
 protected:
  chat::Seq send_as(const std::string& type, const std::string& body, chat::ConvId conv) {
    const auto sent = chat_.messages.send(test::TestChat::actor(1),
                                          {.conv = conv, .client_id = random_id(), .type = type, .body = body});
    EXPECT_TRUE(sent.ok()) << (sent.ok() ? "" : sent.error().message);
    return sent.ok() ? sent.value().seq : 0;
  }
  chat::Seq send(const std::string& id) { return send_as("file", "{\"media\":\"" + id + "\"}", conv_); }
  Outcome<Links> get(int reader, chat::Seq seq) {
    return downloads_.links(test::TestChat::actor(reader), {conv_, seq});
  }
  int at_address(int reader, chat::Seq seq, const std::string& id) {
    return code(downloads_.open({id, "file", Uid(reader), conv_, seq, 0}));
  }
  int drop(int uid, const std::string& id) { return code(own_.drop(Uid(uid), id)); }
  std::int64_t bytes_of(int uid) { return own_.page(Uid(uid), {}, 1).value().bytes; }
  std::int64_t rows() { return chat_.number("SELECT COUNT(*) FROM media"); }
  std::int64_t names() { return chat_.number("SELECT COUNT(*) FROM media_refs"); }
  /// A video of the first user with a poster, and the message with both.
  struct Film {
    std::string id, poster;
    chat::Seq seq = 0;
  };
  Film film() {
    Film out{sent("moves"), sent(kSmallGif)};
    chat_.database.open()->execute("UPDATE media SET kind = 'video' WHERE id = ?", {out.id}).value();
    out.seq = send_as("video", "{\"media\":\"" + out.id + "\",\"poster\":\"" + out.poster + "\"}", conv_);
    return out;
  }

  DownloadService downloads_{small_config(), *chat_.store, blobs_, signer_};
  OwnMedia own_{*chat_.store, sweeper_};
};

TEST_F(Own, ADropTakesTheBytesAwayWhateverNamesThem) {
  const std::string id = sent("hello");
  const auto seq = send(id);
  const auto forwarded = chat_.messages.forward(test::TestChat::actor(2), conv_, seq, conv_, "f").value().seq;
  ASSERT_EQ(at_address(2, forwarded, id), 0);
  ASSERT_EQ(bytes_of(1), kLeastCounted);
  ASSERT_EQ(drop(1, id), 0);
  for (const auto at : {seq, forwarded}) {
    EXPECT_EQ(at_address(2, at, id), 4404);
    const auto got = get(2, at);
    ASSERT_EQ(code(got), 4404);
    EXPECT_TRUE(got.failure().more.contains("gone")) << "the message is there, and says that its file is gone";
  }
  EXPECT_EQ(bytes_of(1), 0);
  EXPECT_EQ(files(), 0U);
  EXPECT_EQ(rows(), 0);
  EXPECT_EQ(names(), 0);
  EXPECT_EQ(drop(1, id), 4404) << "there is nothing any more";
  EXPECT_EQ(own_.stats().dropped.load(), 1U);
}

TEST_F(Own, WhoWasPutOutTakesTheirFilesAway) {
  const auto group = chat_.groups.create(test::TestChat::actor(2), {.name = "g", .members = {Uid(1)}});
  ASSERT_TRUE(group.ok()) << group.error().message;
  const auto conv = group.value().place.conv;
  const std::string id = sent("hello");
  const auto seq = send_as("file", "{\"media\":\"" + id + "\"}", conv);
  ASSERT_TRUE(chat_.groups.kick(test::TestChat::actor(2), conv, Uid(1)).ok());
  ASSERT_FALSE(chat_.messages.recall(test::TestChat::actor(1), conv, seq).ok()) << "they are nobody there";
  const auto mine = own_.page(Uid(1), {}, 10).value().media;
  ASSERT_EQ(mine.size(), 1U) << "they find it without the conversation";
  EXPECT_EQ(drop(1, mine.front().id), 0);
  EXPECT_EQ(code(downloads_.links(test::TestChat::actor(2), {conv, seq})), 4404);
  EXPECT_EQ(bytes_of(1), 0);
}

TEST_F(Own, NobodyTakesAwayWhatIsAnothersOrNothing) {
  const std::string id = sent("hello");
  const auto seq = send(id);
  EXPECT_EQ(drop(2, id), 4404) << "a reader of it";
  EXPECT_EQ(drop(1, random_id()), 4404);
  EXPECT_EQ(at_address(2, seq, id), 0);
  EXPECT_EQ(names(), 1);
}

TEST_F(Own, TheSameBytesAreSentAgain) {
  const std::string id = sent("hello");
  send(id);
  ASSERT_EQ(drop(1, id), 0);
  const std::string again = sent("hello");
  EXPECT_NE(again, id);
  EXPECT_EQ(at_address(2, send(again), again), 0);
}

TEST_F(Own, WhatIsOnItsWayNobodyNames) {
  const std::string id = sent("hello");
  ASSERT_EQ(drop(1, id), 0);
  EXPECT_FALSE(chat_.messages
                   .send(test::TestChat::actor(1),
                         {.conv = conv_, .client_id = "x", .type = "file", .body = "{\"media\":\"" + id + "\"}"})
                   .ok());
}

/// As a store that is away: nobody reads it any more, and it goes when the store is back.
TEST_F(Own, WhatCannotGoNowGoesLater) {
  const std::string id = sent("hello");
  const auto seq = send(id);
  bool is_stuck = true;
  StuckBlobs blobs(blobs_, [&](const std::string&) { return is_stuck; });
  MediaSweeper sweeper{*chat_.store, incoming_, blobs, 0};
  EXPECT_EQ(code(OwnMedia(*chat_.store, sweeper).drop(Uid(1), id)), 0);
  EXPECT_EQ(at_address(2, seq, id), 4404);
  EXPECT_EQ(bytes_of(1), 0);
  EXPECT_EQ(files(), 1U);
  is_stuck = false;
  let_time_pass();
  ASSERT_TRUE(sweeper.round().ok());
  EXPECT_EQ(files(), 0U);
  EXPECT_EQ(rows(), 0);
}

TEST_F(Own, ThePosterGoesWithItsVideo) {
  const Film film = this->film();
  ASSERT_TRUE(get(2, film.seq).value().urls.contains("poster"));
  ASSERT_EQ(drop(1, film.id), 0);
  EXPECT_EQ(names(), 0);
  ASSERT_TRUE(sweeper_.round().ok());
  EXPECT_EQ(files(), 0U) << "nobody could see the poster any more";
  EXPECT_EQ(rows(), 0);
}

TEST_F(Own, AVideoStaysWithoutItsPoster) {
  const Film film = this->film();
  ASSERT_EQ(drop(1, film.poster), 0);
  const auto got = get(2, film.seq);
  ASSERT_EQ(code(got), 0);
  EXPECT_FALSE(got.value().urls.contains("poster")) << "an address that leads to nothing";
  EXPECT_EQ(at_address(2, film.seq, film.id), 0);
}

TEST_F(Own, AnUploadIsGivenUp) {
  const auto to = ticket(begin(1, "hello").value());
  ASSERT_EQ(code(put(to, 0, "he", 5)), 0);
  {
    const auto held = uploads_.open(to, {2, 3, 5});  // a request that brings the rest just now
    ASSERT_EQ(drop(1, to.id), 0);
    ASSERT_TRUE(held.value()->append("llo").error().code == Error::Code::kNotFound);
  }
  EXPECT_EQ(code(uploads_.open(to, {2, 3, 5})), 4404);
  EXPECT_EQ(bytes_of(1), 0);
  EXPECT_EQ(drop(1, to.id), 0) << "it is on its way, and its owner has perhaps not heard the answer";
  EXPECT_EQ(rows(), 0);
  EXPECT_EQ(files(), 0U);
}

TEST_F(Own, ARecallBesideTheDropLeavesTheCountAlone) {
  const std::string id = sent("hello");
  const auto seq = send(id);
  auto db = chat_.database.open();
  db->execute("UPDATE media SET state = 3, refs = 0, drop_ms = 0 WHERE id = ?", {id}).value();  // names still read
  ASSERT_TRUE(chat_.messages.recall(test::TestChat::actor(1), conv_, seq).ok());
  EXPECT_EQ(chat_.number("SELECT refs FROM media"), 0) << "the sweep looks for those of none";
  ASSERT_TRUE(sweeper_.round().ok());
  EXPECT_EQ(rows(), 0);
}

TEST_F(Own, PagesHaveEachMediumOnceTheNewestFirst) {
  const std::string first = sent("one"), second = sent("two"), third = sent("three");
  chat_.database.open()->execute("UPDATE media SET created_ms = 7").value();  // in one millisecond: by their ids
  chat_.database.open()->execute("UPDATE media SET created_ms = 9 WHERE id = ?", {first}).value();
  std::vector<std::string> seen;
  OwnCursor after;
  for (int pages = 0; pages < 10; ++pages) {
    const auto page = own_.page(Uid(1), after, 1).value();
    for (const OwnMedium& medium : page.media) seen.push_back(medium.id);
    if (!page.next) break;
    after = cursor_in(text_of(*page.next)).value();
  }
  EXPECT_EQ(seen, (std::vector{first, std::max(second, third), std::min(second, third)}));
  EXPECT_TRUE(own_.page(Uid(2), {}, 10).value().media.empty()) << "of nobody else";
}

TEST_F(Own, APageSaysWhatEachCountsFor) {
  const std::string kept = sent("kept by others");
  const auto seq = send(kept);
  ASSERT_TRUE(chat_.messages.forward(test::TestChat::actor(2), conv_, seq, conv_, "f").ok());
  ASSERT_TRUE(chat_.messages.recall(test::TestChat::actor(1), conv_, seq).ok());
  const auto coming = ticket(begin(1, "hello").value());
  const auto page = own_.page(Uid(1), {}, 10).value();
  ASSERT_EQ(page.media.size(), 2U);
  for (const OwnMedium& medium : page.media) {
    EXPECT_EQ(medium.done, medium.id == kept);
    EXPECT_EQ(medium.bytes, medium.id == kept ? 0 : kLeastCounted);
  }
  EXPECT_EQ(page.bytes, kLeastCounted);
}

TEST(OwnCursorText, IsWhatAPageSaid) {
  const std::string id(32, 'a');
  EXPECT_EQ(cursor_in("12." + id)->created_ms, 12);
  EXPECT_EQ(cursor_in("12." + id)->id, id);
  EXPECT_TRUE(cursor_in("").has_value()) << "before all";
  const std::vector<std::string> all{
      "12", "12.", "." + id, "x." + id, "12." + id + "a", "12 ." + id, "99999999999999999999." + id};
  for (const std::string& wrong : all) EXPECT_FALSE(cursor_in(wrong).has_value()) << wrong;
}

}  // namespace
}  // namespace im::logic::media
