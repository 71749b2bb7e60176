#include "comet/wire/webim_codec.hpp"

#include <algorithm>
#include <array>

#include "common/wire/json_text.hpp"
#include "common/ws/frame.hpp"

namespace im::comet::webim {

namespace {

using wire::JsonMembers;

constexpr std::size_t kMaxMessage = 64 * 1024;  // of what goes to logic
constexpr std::array<std::string_view, 4> kCommands{R"("getOnline")", R"("getHistory")", R"("message")", R"("room")"};

constexpr std::array<std::string_view, 4> kMedia{R"("image")", R"("voice")", R"("video")", R"("file")"};

/// The value of a member of an object, as written; empty when there is none.
std::string_view member(std::string_view object, std::string_view name, std::size_t depth = wire::kPushedJsonDepth) {
  JsonMembers members(object, depth);
  std::string_view found;
  while (members.next()) {
    if (members.name() == name) found = members.value();
  }
  return members.ok() ? found : std::string_view();
}

bool is_object(std::string_view text) {
  JsonMembers members(text, wire::kClientJsonDepth);
  while (members.next()) continue;
  return members.ok();
}

std::int32_t op_of(std::string_view message) {
  const std::string_view cmd = member(message, "cmd", wire::kClientJsonDepth);
  if (cmd.size() <= 2 || cmd.front() != '"') return kOpNoCommand;
  if (cmd == R"("login")") return wire::kOpAuth;
  if (std::ranges::find(kCommands, cmd) == kCommands.end()) return kOpUnknown;
  const std::string_view channel = member(message, "channal", wire::kClientJsonDepth);
  const bool active = cmd == R"("message")" && (channel == "11" || channel == R"("11")");
  return active ? kOpActive : wire::kOpRequest;
}

void append_message(std::string& out, std::string_view json) {
  char header[ws::kMaxServerHeader];
  out.append(header, ws::write_header(header, ws::Opcode::kText, json.size()));
  out += json;
}

/// `words`: an object, or an array of objects.
void append_words(std::string& out, std::string_view words) {
  if (words.empty() || words.front() == '{') {
    if (!words.empty()) append_message(out, words);
    return;
  }
  wire::JsonScanner scanner(words, wire::kPushedJsonDepth);
  if (!scanner.take('[')) return;
  do {
    scanner.skip_space();
    const std::size_t start = scanner.position();
    if (!scanner.value()) return;
    append_message(out, scanner.since(start));
  } while (scanner.take(','));
}

/// For a page that puts it into its HTML. `string`: a JSON string as written; the answer is one too.
std::string html_safe(std::string_view string) {
  std::string out;
  for (std::size_t i = 0; i < string.size(); ++i) {
    const char c = string[i];
    const bool quote = c == '\\' && i + 2 < string.size() && string[i + 1] == '"';
    if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '&') {
      out += "&amp;";
    } else if (quote) {
      out += "&quot;";
      ++i;
    } else {
      out += c;
      if (c == '\\' && i + 1 < string.size()) out += string[++i];
    }
  }
  return out;
}

bool is_media(std::string_view type) { return std::ranges::find(kMedia, type) != kMedia.end(); }

/// A private message of somebody with a newer client. What the page does not know is text to it.
void append_private(std::string& out, std::string_view event) {
  const std::string_view type = member(event, "type");
  if (type == R"("call")") return;  // of the books: the page heard of the call itself
  std::string body = html_safe(member(event, "body"));
  if (body.size() < 2) return;
  if (is_media(type)) {
    body = "\"[" + std::string(type.substr(1, type.size() - 2)) + "]\"";  // its body is for clients that know it
  } else if (type != R"("text")" && type.size() > 2) {
    body = "\"[" + std::string(type.substr(1, type.size() - 2)) + "] " + body.substr(1);
  }
  append_message(out, R"({"cmd":"fromMsg","from":)" + std::string(member(event, "sender")) +
                          R"(,"channal":1,"type":"text","data":)" + body + "}");
}

void append_event(std::string& out, std::string_view event) {
  const std::string_view words = member(event, "webim");
  if (!words.empty()) return append_words(out, words);
  // The sender's own devices are told their number for it: the page draws its own line.
  const bool own = !member(event, "client_msg_id").empty();
  if (member(event, "cmd") == R"("msg.new")" && !own && !member(event, "sender").empty()) append_private(out, event);
}

void append_line(std::string& out, std::string_view body) {
  std::string text;
  wire::append_json_string(text, body);
  append_message(out, R"({"cmd":"fromMsg","from":0,"channal":0,"type":"text","data":)" + text + "}");
}

/// Numbers of the page: 101 not a command, 102 not this one, 103 not now, 104 too soon.
int code_of(std::int32_t code) {
  switch (code) {
    case 4400:
      return 101;
    case 4405:
    case 4413:
    case 4422:
      return 102;
    case 4429:
      return 104;
    default:
      return 103;
  }
}

}  // namespace

std::optional<wire::Packet> parse(std::string_view message, std::size_t) {
  if (message.size() > kMaxMessage) return wire::Packet{1, kOpTooLong, 0, {}};
  if (!is_object(message)) return wire::Packet{1, kOpNoCommand, 0, {}};
  const std::int32_t op = op_of(message);
  return wire::Packet{1, op, 0, op > 0 ? message : std::string_view()};
}

std::string reply(const wire::Packet& packet, Transport) {
  std::string out;
  append_words(out, member(packet.body, "webim"));
  return out;
}

Frame push(std::span<const PushMessage> messages, bool) {
  std::string out;
  for (const PushMessage& message : messages) {
    if (message.operation == wire::kOpEvent) {
      append_event(out, *message.body);
    } else {
      append_line(out, *message.body);
    }
  }
  return Frame(std::move(out));
}

std::string failure(const RequestFailure& failure) {
  std::string text;
  wire::append_json_string(text, failure.error);
  return R"({"webim":{"cmd":"error","code":)" + std::to_string(code_of(failure.code)) + R"(,"msg":)" + text + "}}";
}

}  // namespace im::comet::webim
