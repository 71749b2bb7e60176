#include "tools/imctl/chat/chat_line.hpp"

#include <charconv>

namespace im::imctl {

namespace {

using What = ChatLine::What;

/// What a command is followed by.
enum class Takes : std::uint8_t {
  kNone,
  kNumber,
  kMaybeNumber,
  kNumberAndText,
  kNumberAndMaybeText,
  kText,
  kWordAndText,
  kWhoAndMaybeText
};

struct Command {
  std::string_view name;
  What what;
  Takes takes;
  std::string_view usage;
};

constexpr Command kCommands[] = {
    {"to", What::kTo, Takes::kWhoAndMaybeText, "/to UID|LOGIN [TEXT]"},
    {"conv", What::kConv, Takes::kNumber, "/conv NUMBER"},
    {"list", What::kList, Takes::kNone, "/list"},
    {"more", What::kMore, Takes::kMaybeNumber, "/more [HOW MANY]"},
    {"read", What::kRead, Takes::kNone, "/read"},
    {"reply", What::kReply, Takes::kNumberAndText, "/reply SEQ TEXT"},
    {"edit", What::kEdit, Takes::kNumberAndText, "/edit SEQ TEXT"},
    {"recall", What::kRecall, Takes::kNumber, "/recall SEQ"},
    {"react", What::kReact, Takes::kNumberAndText, "/react SEQ EMOJI"},
    {"file", What::kFile, Takes::kText, "/file PATH"},
    {"get", What::kGet, Takes::kNumberAndMaybeText, "/get SEQ [PATH]"},
    {"readers", What::kReaders, Takes::kNumber, "/readers SEQ"},
    {"search", What::kSearch, Takes::kText, "/search TEXT"},
    {"typing", What::kTyping, Takes::kNone, "/typing"},
    {"do", What::kDo, Takes::kWordAndText, "/do COMMAND {\"FIELD\":VALUE,...}"},
    {"help", What::kHelp, Takes::kNone, "/help"},
    {"quit", What::kQuit, Takes::kNone, "/quit"},
};

constexpr std::int64_t kMore = 20;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

std::string_view take_word(std::string_view& text) {
  const std::string_view word = text.substr(0, text.find(' '));
  text = trimmed(text.substr(word.size()));
  return word;
}

bool take_number(std::string_view& text, std::int64_t& number) {
  const std::string_view word = take_word(text);
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  return error == std::errc{} && end == word.data() + word.size() && number > 0;
}

/// A UID, or a login that is no number.
bool take_who(std::string_view& text, ChatLine& line) {
  const std::string_view who = text.substr(0, text.find(' '));
  if (who.empty()) return false;
  if (who.find_first_not_of("-0123456789") == std::string_view::npos) return take_number(text, line.number);
  line.command = take_word(text);
  return true;
}

/// False: what follows the command is not what it takes.
bool fill(ChatLine& line, Takes takes, std::string_view rest) {
  const bool number = takes == Takes::kNumber || takes == Takes::kNumberAndText ||
                      takes == Takes::kNumberAndMaybeText || (takes == Takes::kMaybeNumber && !rest.empty());
  if (number && !take_number(rest, line.number)) return false;
  if (takes == Takes::kWhoAndMaybeText && !take_who(rest, line)) return false;
  if (takes == Takes::kWordAndText) line.command = take_word(rest);
  line.text = rest;
  const bool needs = takes == Takes::kNumberAndText || takes == Takes::kText;
  const bool may =
      needs || takes == Takes::kNumberAndMaybeText || takes == Takes::kWordAndText || takes == Takes::kWhoAndMaybeText;
  if (takes == Takes::kWordAndText && line.command.empty()) return false;
  return needs ? !rest.empty() : may || rest.empty();
}

}  // namespace

Result<ChatLine> read_chat_line(std::string_view line) {
  ChatLine out;
  if (line.starts_with("//"))
    line.remove_prefix(1);
  else if (line.starts_with("/")) {
    std::string_view rest = trimmed(line.substr(1));
    const std::string_view name = take_word(rest);
    for (const Command& command : kCommands) {
      if (command.name != name) continue;
      out.what = command.what;
      if (out.what == What::kMore) out.number = kMore;
      if (!fill(out, command.takes, rest)) return Error{Error::Code::kInvalid, "usage: " + std::string(command.usage)};
      return out;
    }
    return Error{Error::Code::kInvalid, "there is no /" + std::string(name) + "; /help shows what there is"};
  }
  out.text = trimmed(line);
  out.what = out.text.empty() ? What::kNothing : What::kText;
  return out;
}

bool needs_conversation(What what) {
  return what == What::kText || what == What::kMore || what == What::kRead || what == What::kTyping ||
         (what >= What::kReply && what <= What::kReaders);
}

std::string_view chat_help() {
  return "TEXT                 to the current conversation\n"
         "/to WHO [TEXT]       talk to a user: a UID, or a login that is no number\n"
         "/conv NUMBER         go to a conversation\n"
         "/list                conversations, with what is unread\n"
         "/more [HOW MANY]     older messages\n"
         "/read                all that was shown here is read\n"
         "/reply SEQ TEXT      /edit SEQ TEXT   /recall SEQ   /react SEQ EMOJI   /readers SEQ\n"
         "/file PATH           send a picture, sound, video or file\n"
         "/get SEQ [PATH]      save what hangs on a message\n"
         "/search TEXT         in all that you may read\n"
         "/do COMMAND JSON     any request of docs/requests.md\n"
         "/quit                Ctrl-D, too; a text that begins with / is typed with //\n";
}

}  // namespace im::imctl
