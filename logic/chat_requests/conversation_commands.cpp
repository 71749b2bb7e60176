#include "logic/chat_requests/conversation_commands.hpp"

#include <limits>

#include <boost/json/array.hpp>

#include "logic/chat_requests/chat_json.hpp"

namespace im::logic {

namespace {

namespace json = boost::json;
using chat::Actor;
using chat::ConvId;
using Work = ChatCommands::Work;

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

using Setting = std::optional<bool> chat::ConvSettings::*;

ChatCommands::Plan setter(chat::ConversationService& conversations, Setting setting) {
  return [&conversations, setting](const Actor& actor, Fields& fields) -> Work {
    chat::ConvSettings settings;
    settings.*setting = fields.flag_or("on", true);
    return [&conversations, actor, settings, conv = ConvId(fields.number("conv_id", 1, kMost))] {
      return as_json(conversations.set(actor, conv, settings));
    };
  };
}

json::object readers_json(const std::vector<chat::Reader>& readers) {
  json::array list;
  for (const chat::Reader& reader : readers)
    list.push_back(json::object{{"uid", reader.uid.value()}, {"read_seq", reader.read_seq}});
  return {{"readers", std::move(list)}};
}

}  // namespace

void add_conversation_commands(ChatCommands& commands, chat::ConversationService& conversations) {
  commands.on("conv.open", [&conversations](const Actor& actor, Fields& fields) -> Work {
    return [&conversations, actor, to = Uid(fields.number("to", 1, kMost))] {
      return as_json(conversations.open_p2p(actor, to),
                     [](ConvId conv) { return json::object{{"conv_id", conv.value()}}; });
    };
  });
  commands.on("conv.mute", setter(conversations, &chat::ConvSettings::silent));
  commands.on("conv.pin", setter(conversations, &chat::ConvSettings::pinned));
  commands.on("conv.hide", setter(conversations, &chat::ConvSettings::hidden));
  commands.on("read", [&conversations](const Actor& actor, Fields& fields) -> Work {
    return [&conversations, actor, conv = ConvId(fields.number("conv_id", 1, kMost)),
            seq = fields.number("seq", 0, kMost)] {
      return as_json(conversations.read(actor, conv, seq), [](const chat::ReadMark& mark) {
        return json::object{{"conv_id", mark.conv.value()}, {"read_seq", mark.read_seq}, {"unread", mark.unread}};
      });
    };
  });
  commands.on("delivered", [&conversations](const Actor& actor, Fields& fields) -> Work {
    return [&conversations, actor, conv = ConvId(fields.number("conv_id", 1, kMost)),
            seq = fields.number("seq", 0, kMost)] {
      return as_json(conversations.delivered(actor, conv, seq),
                     [](bool moved) { return json::object{{"moved", moved}}; });
    };
  });
  commands.on("readers", [&conversations](const Actor& actor, Fields& fields) -> Work {
    return [&conversations, actor, conv = ConvId(fields.number("conv_id", 1, kMost)),
            seq = fields.number("seq", 1, kMost)] {
      return as_json(conversations.readers(actor, conv, seq), readers_json);
    };
  });
}

}  // namespace im::logic
