#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/result.hpp"

namespace im::imctl {

/// One line that a user of `imctl chat` typed.
struct ChatLine {
  enum class What : std::uint8_t {
    kNothing,
    kText,     ///< `text` to the current conversation
    kTo,       ///< the conversation with user `number`, or with whose login is `command`, becomes the current one;
               ///< `text`, if any, is sent there
    kConv,     ///< conversation `number` becomes the current one
    kList,     ///< the conversations
    kMore,     ///< `number` older rows of the current one
    kRead,     ///< what was shown of the current one is read
    kReply,    ///< `text`, as an answer to row `number`
    kEdit,     ///< row `number` says `text`
    kRecall,   ///< row `number`
    kReact,    ///< `text` at row `number`
    kFile,     ///< the file `text`, to the current conversation
    kGet,      ///< what hangs on row `number`, into the file `text`, if any
    kReaders,  ///< who has read row `number`
    kSearch,   ///< `text`
    kTyping,
    kDo,  ///< request `command` with the fields of `text`, a JSON object
    kHelp,
    kQuit,
  };
  What what = What::kNothing;
  std::int64_t number = 0;
  std::string command{};
  std::string text{};
};

/// Lines that begin with "/" are commands, "//" begins a text with "/". The error says what is wrong.
Result<ChatLine> read_chat_line(std::string_view line);

/// Whether it speaks of the current conversation.
bool needs_conversation(ChatLine::What what);

/// What can be typed, for /help.
std::string_view chat_help();

}  // namespace im::imctl
