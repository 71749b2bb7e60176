#include "tools/imctl/chat/chat_request.hpp"

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include "tools/imctl/missing_part.hpp"

namespace im::imctl {
namespace {

/// "COMMAND FIELDS" of what was typed in conversation 5; "" when it is no request, the error when it is a wrong one.
std::string asked(std::string_view typed) {
  const auto line = read_chat_line(typed);
  if (!line.ok()) return line.error().message;
  const auto request = request_of(line.value(), 5);
  if (!request.ok()) return request.error().message;
  return request.value() ? request.value()->cmd + " " + boost::json::serialize(request.value()->fields) : "";
}

TEST(ChatRequest, IsWhatALineAsks) {
  EXPECT_EQ(asked("/list"), "sync.all {}");
  EXPECT_EQ(asked("/edit 3 better"), R"(msg.edit {"msg_id":"5:3","body":"better"})");
  EXPECT_EQ(asked("/recall 3"), R"(msg.recall {"msg_id":"5:3"})");
  EXPECT_EQ(asked("/react 3 +1"), R"(msg.react {"msg_id":"5:3","emoji":"+1"})");
  EXPECT_EQ(asked("/readers 3"), R"(readers {"conv_id":5,"seq":3})");
  EXPECT_EQ(asked("/search cat"), R"(search {"q":"cat"})");
  EXPECT_EQ(asked(R"(/do conv.pin {"conv_id":9})"), R"(conv.pin {"conv_id":9})");
  EXPECT_EQ(asked("/do hello"), "hello {}");
  EXPECT_EQ(asked("/do hello [1]"), "/do: the fields are one JSON object");
}

TEST(ChatRequest, TextsAndWhatIsMoreThanOneRequestAreNone) {
  for (const char* typed :
       {"hi", "/to 2", "/conv 2", "/more", "/read", "/reply 3 yes", "/file a", "/get 3", "/help", "/quit"})
    EXPECT_EQ(asked(typed), "") << typed;
}

TEST(MissingPart, SaysWhatALogicRunsWithout) {
  EXPECT_EQ(advice_for(4404, "account.login"), "");
  EXPECT_NE(advice_for(4405, "account.login").find("no accounts"), std::string::npos);
  EXPECT_NE(advice_for(4405, "media.begin").find("media.dir"), std::string::npos);
  EXPECT_NE(advice_for(4405, "conv.open").find("store.dsn"), std::string::npos);
}

}  // namespace
}  // namespace im::imctl
