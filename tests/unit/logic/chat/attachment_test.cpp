#include "logic/chat/attachment.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include "tests/support/test_chat.hpp"

namespace im::logic::chat {
namespace {

const std::string kPicture(32, 'a'), kVoice(32, 'b'), kVideo(32, 'c'), kFile(32, 'd');

class Attachments : public testing::Test {
 protected:
  void SetUp() override {
    add(kPicture, "image", R"({"size":7,"width":4,"height":3})");
    add(kVoice, "voice", R"({"duration_ms":1500})");
    add(kVideo, "video", "{}");
    add(kFile, "file", "{}");
  }
  void add(const std::string& id, const std::string& kind, const std::string& facts) {
    chat_.database.open()
        ->execute(
            "INSERT INTO media (id, owner, conv_id, state, kind, name, claimed, mime, sha256, size, stored, facts,"
            " created_ms, drop_ms) VALUES (?, 1, 1, 2, ?, 'a.x', '', 'x/y', ?, 10, 10, ?, 0, 9000000000000)",
            {id, kind, id, facts})
        .value();
  }
  Result<Place> send(int uid, const std::string& type, const std::string& body) {
    return chat_.messages.send(test::TestChat::actor(uid),
                               {.conv = conv_, .client_id = "c" + std::to_string(++sent_), .type = type, .body = body});
  }
  static std::string naming(const std::string& id) { return R"({"media":")" + id + R"("})"; }
  static std::string code(const Result<Place>& result) { return result ? "ok" : to_string(result.error().code); }
  boost::json::object body_at(Seq seq) {
    const auto page = chat_.history.sync(test::TestChat::actor(2), conv_, seq - 1, 1).value();
    return boost::json::parse(page.rows.front().body).as_object();
  }
  std::int64_t refs(const std::string& id) { return chat_.number("SELECT refs FROM media WHERE id = ?", {id}); }

  test::TestChat chat_;
  ConvId conv_ = chat_.p2p(1, 2);
  int sent_ = 0;
};

TEST_F(Attachments, ReadersHearWhatTheBytesAre) {
  const auto sent =
      send(1, "image", R"({"media":")" + kPicture + R"(","caption":"us","width":9000,"mime":"text/html"})");
  ASSERT_TRUE(sent.ok()) << sent.error().message;
  const auto body = body_at(sent.value().seq);
  EXPECT_EQ(body.at("width"), 4);
  EXPECT_EQ(body.at("mime"), "x/y");
  EXPECT_EQ(body.at("size"), 7) << "of what is served, not of what was uploaded";
  EXPECT_EQ(body.at("name"), "a.x");
  EXPECT_EQ(body.at("caption"), "us");
  EXPECT_EQ(refs(kPicture), 1);
}

TEST_F(Attachments, AreFoundByNameAndCaptionAndByType) {
  const auto found = [&](int uid, const Search& search) {
    std::vector<Seq> seqs;
    const auto rows = chat_.history.search(test::TestChat::actor(uid), search);
    EXPECT_TRUE(rows.ok()) << rows.error().message;
    for (const auto& row : rows.value()) seqs.push_back(row.seq);
    std::ranges::sort(seqs);
    return seqs;
  };
  using Seqs = std::vector<Seq>;
  ASSERT_TRUE(send(1, "image", R"({"media":")" + kPicture + R"(","caption":"the 海边 in July"})").ok());
  ASSERT_TRUE(send(1, "file", R"({"media":")" + kFile + R"(","name":"plan of July.pdf"})").ok());
  ASSERT_TRUE(send(1, "text", "see you in July").ok());
  ASSERT_TRUE(send(2, "link", "https://july.example/x").ok());
  EXPECT_EQ(found(2, {.text = "july"}), (Seqs{1, 2, 3, 4}));
  EXPECT_EQ(found(2, {.text = "july", .type = "image"}), (Seqs{1}));
  EXPECT_EQ(found(2, {.text = "july", .type = "file"}), (Seqs{2}));
  EXPECT_EQ(found(2, {.text = "july", .type = "text"}), (Seqs{3}));
  EXPECT_EQ(found(2, {.text = "july", .type = "link"}), (Seqs{4}));
  EXPECT_EQ(found(2, {.text = "july", .from = Uid(1), .type = "link"}), Seqs());
  EXPECT_EQ(found(2, {.text = "海边"}), (Seqs{1}));
  EXPECT_EQ(found(3, {.text = "july"}), Seqs()) << "a stranger";
  EXPECT_EQ(found(2, {.text = kPicture.substr(0, 8)}), Seqs()) << "ids are no words";
  EXPECT_EQ(chat_.history.search(test::TestChat::actor(2), {.text = "july", .type = "x' OR 1"}).error().code,
            Error::Code::kInvalid);
  ASSERT_TRUE(chat_.messages.recall(test::TestChat::actor(1), conv_, 1).ok());
  ASSERT_TRUE(chat_.messages.edit(test::TestChat::actor(2), conv_, 4, "https://may.example").ok());
  EXPECT_EQ(found(2, {.text = "july"}), (Seqs{2, 3}));
  EXPECT_EQ(found(2, {.text = "may.", .type = "link"}), (Seqs{4}));
  EXPECT_EQ(chat_.number("SELECT COUNT(*) FROM caption_words"), 2) << "what is gone is not in the index either";
}

TEST_F(Attachments, WhatIsWrongIsRefused) {
  EXPECT_EQ(code(send(1, "image", "hello")), "invalid");
  EXPECT_EQ(code(send(1, "image", "[]")), "invalid");
  EXPECT_EQ(code(send(1, "image", "{}")), "invalid");
  EXPECT_EQ(code(send(1, "image", naming("../../etc/passwd"))), "invalid");
  EXPECT_EQ(code(send(1, "image", naming(std::string(32, 'f')))), "not_found");
  EXPECT_EQ(code(send(1, "image", naming(kFile))), "invalid") << "of another kind";
  EXPECT_EQ(code(send(2, "image", naming(kPicture))), "not_found") << "of another user";
  const std::string begin = R"({"media":")" + kVoice + R"(",)";
  EXPECT_EQ(code(send(1, "voice", begin + R"("waveform":[101]})")), "invalid");
  EXPECT_EQ(code(send(1, "voice", begin + R"("waveform":"x"})")), "invalid");
  EXPECT_EQ(code(send(1, "voice", begin + R"("name":"a/b"})")), "invalid");
  EXPECT_EQ(code(send(1, "voice", begin + R"("poster":")" + kPicture + R"("})")), "invalid");
  EXPECT_EQ(code(send(1, "video", R"({"media":")" + kVideo + R"(","poster":")" + kFile + R"("})")), "invalid");
  EXPECT_EQ(chat_.number("SELECT COUNT(*) FROM media_refs"), 0);
  EXPECT_EQ(refs(kPicture), 0);
}

TEST_F(Attachments, ANameIsOneThatAnUploadMayHave) {
  const auto named = [&](const std::string& name) {
    return send(1, "file", R"({"media":")" + kFile + R"(","name":")" + name + R"("})");
  };
  for (const char* bad : {".", "..", "a/b", "a\\\\b", "a\\nb", "photo\u202egpj.exe", "a\u200eb", "a\u0085b"})
    EXPECT_EQ(code(named(bad)), "invalid") << bad;
  EXPECT_EQ(code(named(std::string(181, 'n'))), "invalid");
  const auto sent = named("übersicht.pdf");
  ASSERT_TRUE(sent.ok()) << sent.error().message;
  EXPECT_EQ(body_at(sent.value().seq).at("name"), "übersicht.pdf");
}

TEST_F(Attachments, AnOldMessageWithABadNameIsForwardedUnderThatOfItsMedium) {
  const auto sent = send(1, "file", R"({"media":")" + kFile + R"(","name":"good"})").value();
  chat_.database.open()
      ->execute("UPDATE messages SET body = REPLACE(body, '\"good\"', '\"..\"') WHERE conv_id = ? AND seq = ?",
                {conv_, sent.seq})
      .value();
  ASSERT_EQ(body_at(sent.seq).at("name"), "..");
  const auto to = chat_.p2p(2, 3);
  const auto done = chat_.messages.forward(test::TestChat::actor(2), conv_, sent.seq, to, "f");
  ASSERT_TRUE(done.ok()) << done.error().message;
  const auto page = chat_.history.sync(test::TestChat::actor(2), to, 0, 1).value();
  EXPECT_EQ(boost::json::parse(page.rows.front().body).at("name"), "a.x");
}

TEST_F(Attachments, VoiceHasItsBarsAndVideoItsPoster) {
  const auto voice = send(1, "voice", R"({"media":")" + kVoice + R"(","waveform":[0,50,100]})").value();
  EXPECT_EQ(body_at(voice.seq).at("waveform").as_array().size(), 3U);
  EXPECT_EQ(body_at(voice.seq).at("duration_ms"), 1500);
  const auto video = send(1, "video", R"({"media":")" + kVideo + R"(","poster":")" + kPicture + R"("})").value();
  EXPECT_EQ(body_at(video.seq).at("poster").at("width"), 4);
  EXPECT_EQ(refs(kPicture), 1);
  EXPECT_TRUE(send(1, "voice", naming(kVideo)).ok()) << "sound in a container for video";
}

TEST_F(Attachments, ForwardsKeepTheRight) {
  const auto video = send(1, "video", R"({"media":")" + kVideo + R"(","poster":")" + kPicture + R"("})").value();
  const auto to = chat_.p2p(2, 3);
  const auto done = chat_.messages.forward(test::TestChat::actor(2), conv_, video.seq, to, "f");
  ASSERT_TRUE(done.ok()) << done.error().message;
  EXPECT_EQ(refs(kVideo), 2);
  EXPECT_EQ(refs(kPicture), 2);
  EXPECT_EQ(code(chat_.messages.forward(test::TestChat::actor(3), conv_, video.seq, to, "g")), "not_found");
  EXPECT_EQ(code(chat_.messages.send(test::TestChat::actor(2),
                                     {.conv = to, .client_id = "h", .type = "video", .body = naming(kVideo)})),
            "not_found")
      << "reading it is not owning it";
}

TEST_F(Attachments, RecallTakesThemAway) {
  const auto first = send(1, "file", naming(kFile)).value();
  const auto second = send(1, "file", naming(kFile)).value();
  EXPECT_EQ(refs(kFile), 2);
  ASSERT_TRUE(chat_.messages.recall(test::TestChat::actor(1), conv_, first.seq).ok());
  EXPECT_EQ(refs(kFile), 1);
  ASSERT_TRUE(chat_.messages.recall(test::TestChat::actor(1), conv_, second.seq).ok());
  EXPECT_EQ(refs(kFile), 0);
  EXPECT_EQ(chat_.number("SELECT COUNT(*) FROM media_refs"), 0);
}

TEST_F(Attachments, ARepeatedSendCountsOnce) {
  const Draft draft{.conv = conv_, .client_id = "same", .type = "file", .body = naming(kFile)};
  const auto first = chat_.messages.send(test::TestChat::actor(1), draft).value();
  EXPECT_EQ(chat_.messages.send(test::TestChat::actor(1), draft).value().seq, first.seq);
  EXPECT_EQ(refs(kFile), 1);
  ASSERT_TRUE(chat_.messages.recall(test::TestChat::actor(1), conv_, first.seq).ok());
  chat_.database.open()->execute("UPDATE media SET state = 3 WHERE id = ?", {kFile}).value();
  EXPECT_EQ(chat_.messages.send(test::TestChat::actor(1), draft).value().seq, first.seq) << "the medium is gone by now";
}

TEST_F(Attachments, OneThatIsGoingCannotBeNamed) {
  chat_.database.open()->execute("UPDATE media SET state = 3 WHERE id = ?", {kFile}).value();
  EXPECT_EQ(code(send(1, "file", naming(kFile))), "not_found");
}

TEST_F(Attachments, TheirTextIsNotEdited) {
  const auto sent = send(1, "file", naming(kFile)).value();
  EXPECT_EQ(code(chat_.messages.edit(test::TestChat::actor(1), conv_, sent.seq, naming(kPicture))), "denied");
}

}  // namespace
}  // namespace im::logic::chat
