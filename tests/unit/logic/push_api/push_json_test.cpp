#include <gtest/gtest.h>

#include "common/json/strict_json.hpp"
#include "logic/push_api/push_command.hpp"

namespace im::logic {
namespace {

const PushLimits kLimits{.body = 20, .targets = 3, .batch = 2};

PushCommand good(const std::string& text) {
  auto push = read_push(parse_strict_json(text).value(), kLimits);
  const auto* problem = std::get_if<Problem>(&push);
  EXPECT_EQ(problem, nullptr) << text << ": " << problem->pointer << " " << problem->detail;
  return problem == nullptr ? std::get<PushCommand>(push) : PushCommand{};
}

/// "pointer: detail"
std::string refused(const std::string& text) {
  auto push = read_push(parse_strict_json(text).value(), kLimits);
  const auto* problem = std::get_if<Problem>(&push);
  return problem == nullptr ? "taken" : problem->pointer + ": " + problem->detail;
}

TEST(PushJson, EveryTargetAndBody) {
  EXPECT_EQ(good(R"({"to":{"users":[1,9223372036854775807]},"operation":5,"text":"hé"})").users,
            (std::vector<std::int64_t>{1, INT64_MAX}));
  EXPECT_EQ(good(R"({"to":{"keys":["a","a"]},"operation":5,"text":""})").keys, (std::vector<std::string>{"a", "a"}));
  const PushCommand room = good(R"({"to":{"room":"live://1"},"operation":2147483647,"json":{"b": [1, null]}})");
  EXPECT_EQ(room.room, "live://1");
  EXPECT_EQ(room.operation, INT32_MAX);
  EXPECT_EQ(room.body, R"({"b":[1,null]})");
  const PushCommand all = good(R"({"to":{"all":true,"speed":7},"operation":5,"base64":"AP9h"})");
  EXPECT_EQ(all.to, PushCommand::To::kAll);
  EXPECT_EQ(all.speed, 7);
  EXPECT_EQ(all.body, std::string("\0\xff"
                                  "a",
                                  3));
  EXPECT_EQ(good(R"({"to":{"all":true},"operation":5,"base64":"YQ=="})").body, "a");
  EXPECT_EQ(good(R"({"to":{"all":true},"operation":5,"base64":""})").body, "");
}

TEST(PushJson, EveryFaultNamesItsPlace) {
  const std::string tail = R"(,"operation":5,"text":"x"})";
  EXPECT_EQ(refused("[]"), ": must be an object");
  EXPECT_EQ(refused(R"({"operation":5,"text":"x"})"), ": \"to\" is missing");
  EXPECT_EQ(refused(R"({"to":{"room":"a://b"},"text":"x"})"), ": \"operation\" is missing");
  EXPECT_EQ(refused(R"({"to":1)" + tail), "/to: must be an object");
  EXPECT_EQ(refused(R"({"to":{})" + tail), "/to: needs one of \"users\", \"keys\", \"room\" and \"all\"");
  EXPECT_EQ(refused(R"({"to":{"users":[1],"room":"a://b"})" + tail),
            "/to: needs one of \"users\", \"keys\", \"room\" and \"all\"");
  EXPECT_EQ(refused(R"({"to":{"user":[1]})" + tail), "/to/user: \"user\" is not known here; did you mean \"users\"?");
  EXPECT_EQ(refused(R"({"to":{"users":1})" + tail), "/to/users: must be a list");
  EXPECT_EQ(refused(R"({"to":{"users":[]})" + tail), "/to/users: names nobody");
  EXPECT_EQ(refused(R"({"to":{"users":[1,2,3,4]})" + tail), "/to/users: has 4 entries; at most 3, send several pushes");
  EXPECT_EQ(refused(R"({"to":{"users":[1,"2"]})" + tail), "/to/users/1: must be a whole number of 64 bits");
  EXPECT_EQ(refused(R"({"to":{"users":[1.0]})" + tail), "/to/users/0: must be a whole number of 64 bits");
  EXPECT_EQ(refused(R"({"to":{"users":[9223372036854775808]})" + tail),
            "/to/users/0: must be a whole number of 64 bits");
  EXPECT_EQ(refused(R"({"to":{"users":[1,0]})" + tail), "/to/users/1: a user is a number above 0");
  EXPECT_EQ(refused(R"({"to":{"keys":["a",""]})" + tail), "/to/keys/1: a key is not empty");
  EXPECT_EQ(refused(R"({"to":{"keys":[1]})" + tail), "/to/keys/0: must be a text");
  EXPECT_EQ(refused(R"({"to":{"keys":[")" + std::string(1025, 'k') + "\"]}" + tail),
            "/to/keys/0: a key is UTF-8 and has at most 1024 bytes");
  EXPECT_EQ(refused(R"({"to":{"room":"live://\u001b[2J"})" + tail),
            "/to/room: a room is UTF-8 without control characters and has at most 512 bytes");
  for (const char* room : {"", "live", "://1", "live://"})
    EXPECT_EQ(refused(R"({"to":{"room":")" + std::string(room) + "\"}" + tail),
              "/to/room: a room is named type://id, for example live://1");
  EXPECT_EQ(refused(R"({"to":{"all":false})" + tail), "/to/all: must be true");
  EXPECT_EQ(refused(R"({"to":{"all":true,"speed":-1})" + tail),
            "/to/speed: the speed is connections per second, 0 = as fast as possible");
  EXPECT_EQ(refused(R"({"to":{"users":[1],"speed":1})" + tail), "/to/speed: belongs to \"all\"");
  EXPECT_EQ(refused(R"({"to":{"users":[1]},"operation":0,"text":"x"})"),
            "/operation: the operation is a number above 0; clients get what they asked for with `accepts`");
  EXPECT_EQ(refused(R"({"to":{"users":[1]},"operation":2147483648,"text":"x"})"),
            "/operation: must be a whole number of 32 bits");
  EXPECT_EQ(refused(R"({"to":{"users":[1]},"operation":5})"), ": needs one of \"text\", \"json\" and \"base64\"");
  EXPECT_EQ(refused(R"({"to":{"users":[1]},"operation":5,"text":"a","json":1})"),
            ": needs one of \"text\", \"json\" and \"base64\"");
  EXPECT_EQ(refused(R"({"to":{"users":[1]},"operation":5,"text":1})"), "/text: must be a text");
  for (const char* wrong : {"YQ=", "YQ", "Y", "YQ==YQ==", "_-__", "YQ= ", "===="})
    EXPECT_EQ(refused(R"({"to":{"users":[1]},"operation":5,"base64":")" + std::string(wrong) + "\"}"),
              "/base64: is not base64 (RFC 4648 §4, with padding)")
        << wrong;
  EXPECT_EQ(refused(R"({"to":{"users":[1]},"oparation":5,"text":"x"})"),
            "/oparation: \"oparation\" is not known here; did you mean \"operation\"?");
}

TEST(PushJson, MessagesHaveALimit) {
  EXPECT_EQ(refused(R"({"to":{"users":[1]},"operation":5,"text":"12345678901234567890"})"), "taken");
  auto push = read_push(
      parse_strict_json(R"({"to":{"users":[1]},"operation":5,"text":"123456789012345678901"})").value(), kLimits);
  EXPECT_EQ(std::get<Problem>(push).status, 413);
  EXPECT_EQ(std::get<Problem>(push).code, "message_too_large");
}

TEST(PushJson, BatchesPointIntoThemselves) {
  const auto pointer = [](const std::string& text) {
    auto batch = read_batch(parse_strict_json(text).value(), kLimits);
    const auto* problem = std::get_if<Problem>(&batch);
    return problem == nullptr ? std::to_string(std::get<0>(batch).size()) : problem->pointer + ": " + problem->detail;
  };
  const std::string push = R"({"to":{"users":[1]},"operation":5,"text":"x"})";
  EXPECT_EQ(pointer("{\"pushes\":[" + push + "," + push + "]}"), "2");
  EXPECT_EQ(pointer("{\"pushes\":[" + push + ",{}]}"), "/pushes/1: \"to\" is missing");
  EXPECT_EQ(pointer("{\"pushes\":[]}"), "/pushes: must have 1 to 2 entries");
  EXPECT_EQ(pointer("{\"pushes\":[1,2,3]}"), "/pushes: must have 1 to 2 entries");
  EXPECT_EQ(pointer(push), ": must be an object with one list \"pushes\"");
  EXPECT_EQ(pointer("[]"), ": must be an object with one list \"pushes\"");
}

}  // namespace
}  // namespace im::logic
