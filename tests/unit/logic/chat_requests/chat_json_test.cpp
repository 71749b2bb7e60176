#include "logic/chat_requests/chat_json.hpp"

#include <gtest/gtest.h>

namespace im::logic {

namespace {

using chat::ConvId;
using chat::Message;

Message row(chat::Seq seq, std::string body = "hi") {
  Message message;
  message.conv = ConvId(5);
  message.seq = seq;
  message.type = "text";
  message.sender = Uid(1);
  message.body = std::move(body);
  message.client_id = "mine";
  return message;
}

TEST(ChatJson, AMessageIsNamedByItsPlace) {
  EXPECT_EQ(message_id(ConvId(5), 7), "5:7");
  EXPECT_EQ(read_message_id("5:7").conv, ConvId(5));
  EXPECT_EQ(read_message_id("5:7").seq, 7);
  for (const char* bad : {"", ":", "5", "5:", ":7", "0:7", "5:0", "-5:7", "5:-7", "5:7:1", " 5:7", "5:7 ", "+5:7",
                          "5:99999999999999999999"})
    EXPECT_EQ(read_message_id(bad).seq, 0) << bad;
}

TEST(ChatJson, AHiddenRowHasItsNumberAndNothingElse) {
  Message hidden = row(7, "secret");
  hidden.hidden_from = Uid(2);
  EXPECT_EQ(message_json(hidden, Uid(2)), (boost::json::object{{"conv_id", 5}, {"seq", 7}, {"hidden", true}}));
  EXPECT_EQ(message_json(hidden, Uid(3)).at("body").as_string(), "secret");
}

TEST(ChatJson, OnlyTheSenderHearsTheirOwnNumber) {
  EXPECT_TRUE(message_json(row(1), Uid(1)).contains("client_msg_id"));
  EXPECT_FALSE(message_json(row(1), Uid(2)).contains("client_msg_id"));
  EXPECT_FALSE(message_json(row(1), Uid()).contains("client_msg_id"));
}

TEST(ChatJson, MentionsAreNumbersOrAll) {
  Message message = row(1);
  message.mentions = "7,8";
  EXPECT_EQ(message_json(message, Uid(2)).at("mentions"), (boost::json::array{7, 8}));
  message.mentions = "all";
  EXPECT_EQ(message_json(message, Uid(2)).at("mentions"), "all");
}

TEST(ChatJson, APageThatDoesNotFitIsCutAndSaysSo) {
  chat::Page page;
  for (int seq = 1; seq <= 200; ++seq) page.rows.push_back(row(seq, std::string(16 * 1024, 'x')));
  page.last_seq = 200;
  const auto cut = page_json(page, Uid(2));
  const std::size_t size = cut.at("messages").as_array().size();
  EXPECT_GE(size, 10U);
  EXPECT_LT(size, 17U);
  EXPECT_TRUE(cut.at("has_more").as_bool());
  page.rows.resize(3);
  EXPECT_FALSE(page_json(page, Uid(2)).at("has_more").as_bool());
  page.rows = {row(1, std::string(1 << 20, 'x'))};
  EXPECT_EQ(page_json(page, Uid(2)).at("messages").as_array().size(), 1U) << "one row always fits";
}

}  // namespace

}  // namespace im::logic
