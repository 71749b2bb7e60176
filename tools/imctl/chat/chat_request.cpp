#include "tools/imctl/chat/chat_request.hpp"

#include <random>
#include <utility>

#include "common/json/strict_json.hpp"

namespace im::imctl {

namespace {

using What = ChatLine::What;
using Given = Result<std::optional<ChatRequest>>;

ChatRequest about(const char* cmd, const ChatLine& line, std::int64_t conv, const char* member = nullptr) {
  boost::json::object fields{{"msg_id", std::to_string(conv) + ":" + std::to_string(line.number)}};
  if (member != nullptr) fields[member] = line.text;
  return {cmd, std::move(fields)};
}

Given free_request(const ChatLine& line) {
  auto fields = parse_strict_json(line.text.empty() ? "{}" : line.text);
  if (!fields.ok() || !fields.value().is_object())
    return Error{Error::Code::kInvalid, "/do: the fields are one JSON object"};
  return Given(ChatRequest{line.command, std::move(fields).value().get_object()});
}

}  // namespace

Given request_of(const ChatLine& line, std::int64_t conv) {
  switch (line.what) {
    case What::kList:
      return Given(ChatRequest{"sync.all", {}});
    case What::kEdit:
      return Given(about("msg.edit", line, conv, "body"));
    case What::kRecall:
      return Given(about("msg.recall", line, conv));
    case What::kReact:
      return Given(about("msg.react", line, conv, "emoji"));
    case What::kReaders:
      return Given(ChatRequest{"readers", {{"conv_id", conv}, {"seq", line.number}}});
    case What::kSearch:
      return Given(ChatRequest{"search", {{"q", line.text}}});
    case What::kDo:
      return free_request(line);
    default:
      return Given(std::nullopt);
  }
}

std::string new_key() {
  std::random_device random;
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string key;
  for (int i = 0; i < 32; ++i) key += kHex[random() % 16];
  return key;
}

bool repeatable(std::string_view cmd, const boost::json::object& body) {
  for (const std::string_view safe : {"sync", "sync.all", "history", "search", "read", "readers", "conv.open",
                                      "msg.edit", "msg.recall", "msg.react", "msg.pin"})
    if (cmd == safe) return true;
  return body.contains("client_msg_id");
}

}  // namespace im::imctl
