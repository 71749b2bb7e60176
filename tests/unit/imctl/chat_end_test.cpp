#include "tools/imctl/bench/chat_end.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include "tools/imctl/bench/chat_talks.hpp"

namespace im::imctl {
namespace {

namespace json = boost::json;

json::object answer_of(const char* text) { return json::parse(text).as_object(); }

TEST(ChatEnd, EveryPageAndEveryList) {
  std::vector<std::string> asked;
  std::map<std::string, const char*> answers{
      {"0 sync 7 0",
       R"({"ok":true,"messages":[{"conv_id":7,"seq":1,"kind":"message","type":"text","sender":1,"body":"a","ts":1}],
           "has_more":true})"},
      {"0 sync 7 1",
       R"({"ok":true,"messages":[{"conv_id":7,"seq":2,"kind":"message","type":"text","sender":2,"body":"b","ts":1}],
           "has_more":false})"},
      {"0 conv.list", R"({"ok":true,"conversations":[{"conv_id":7,"read_seq":1,"unread":1}],"has_more":false})"},
      {"1 conv.list", R"({"ok":true,"conversations":[{"conv_id":7,"read_seq":0,"unread":1}],"has_more":false})"},
  };
  ChatEnd end({{7, {0, 1}}},
              [&](std::size_t device, const chat_client::Request& request) {
                std::string key = std::to_string(device) + " " + std::string(request.body.at("cmd").as_string());
                if (request.body.contains("after_seq"))
                  key += " " + std::to_string(request.body.at("conv_id").as_int64()) + " " +
                         std::to_string(request.body.at("after_seq").as_int64());
                asked.push_back(key);
                request.done(answer_of(answers.at(key)));
              },
              {});
  end.reader().tick(TimePoint(std::chrono::hours(1)));
  EXPECT_TRUE(end.reader().done()) << end.reader().problem();
  EXPECT_EQ(asked.size(), 4U);
  ASSERT_EQ(end.store().at(7).size(), 2U);
  EXPECT_EQ(end.store().at(7)[1].body, "b");
  ChatLedger ledger;
  ledger.member(0, 7, 1), ledger.member(1, 7, 2);
  ledger.reading(0, 7, 1);
  end.tell(ledger);
  EXPECT_EQ(ledger.judge(end.store()).miscount, 0U);
}

TEST(ChatEnd, WhatIsNoPageIsNotTaken) {
  for (const char* broken : {R"({"ok":false,"code":4500})", R"({"ok":true,"messages":[],"has_more":true})",
                             R"({"ok":true,"messages":[7]})"}) {
    ChatEnd end({{7, {0, 1}}},
                [&](std::size_t, const chat_client::Request& request) { request.done(answer_of(broken)); }, {});
    end.reader().tick(TimePoint(std::chrono::hours(1)));
    EXPECT_FALSE(end.reader().done());
    EXPECT_EQ(end.reader().problem().rfind("conversation 7 after row 0: ", 0), 0U) << end.reader().problem();
    EXPECT_TRUE(end.store().empty());
  }
}

TEST(ChatTalks, PairsHaveTheirOwnUsersAndGroupsOverlap) {
  const auto talks = plan_talks({.users = 10, .pairs = 6, .groups = 3, .members = 4});
  ASSERT_EQ(talks.size(), 9U);
  EXPECT_EQ(talks[4].users, (std::vector<std::size_t>{8, 9}));
  EXPECT_EQ(talks[5].users, (std::vector<std::size_t>{0, 3})) << "another peer than in the first round";
  EXPECT_FALSE(talks[5].group);
  EXPECT_TRUE(talks[6].group);
  EXPECT_EQ(talks[6].users, (std::vector<std::size_t>{0, 2, 4, 6}));
  EXPECT_EQ(talks[8].users, (std::vector<std::size_t>{2, 4, 6, 8}));
  const auto small = plan_talks({.users = 3, .pairs = 1, .groups = 1, .members = 8});
  EXPECT_EQ(small[1].users, (std::vector<std::size_t>{0, 1, 2}));
}

}  // namespace
}  // namespace im::imctl
