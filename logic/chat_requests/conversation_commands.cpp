#include "logic/chat_requests/conversation_commands.hpp"

#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/array.hpp>

#include "logic/chat_requests/chat_json.hpp"

namespace im::logic {

namespace {

namespace json = boost::json;
using chat::Actor;
using chat::ConvId;
using Work = ChatCommands::Work;

constexpr std::size_t kMostTold = 500;  ///< members who see somebody type

using Setting = std::optional<bool> chat::ConvSettings::*;

/// `name`: as conv.list has it. The user's other devices hear of it.
ChatCommands::Plan setter(chat::ConversationService& conversations, const TellLive& tell, Setting setting,
                          const char* name) {
  return [&conversations, tell, setting, name](const Actor& actor, Fields& fields) -> Work {
    const bool on = fields.flag_or("on", true);
    return [&conversations, tell, setting, name, actor, on, conv = ConvId(fields.number("conv_id", 1, kMostId))] {
      chat::ConvSettings settings;
      settings.*setting = on;
      const Status done = conversations.set(actor, conv, settings);
      if (done.ok()) {
        const json::object event{{"cmd", "conv"}, {"conv_id", conv.value()}, {name, on}};
        tell({actor.uid}, {.json = event, .except = actor.origin});
      }
      return as_json(done);
    };
  };
}

bool is_typing_kind(std::string_view kind) { return kind == "text" || kind == "voice" || kind == "file"; }

json::object readers_json(const std::vector<chat::Reader>& readers) {
  json::array list;
  for (const chat::Reader& reader : readers)
    list.push_back(json::object{{"uid", reader.uid.value()}, {"read_seq", reader.read_seq}});
  return {{"readers", std::move(list)}};
}

json::object mark_json(const chat::ReadMark& mark) {
  return {{"conv_id", mark.conv.value()}, {"read_seq", mark.read_seq}, {"unread", mark.unread}};
}

/// The reader's other devices count anew, and the other one of two sees that it was read.
void tell_read(const TellLive& tell, const Actor& actor, const chat::ReadMark& mark) {
  json::object event = mark_json(mark);
  event["cmd"] = "read";
  event["uid"] = actor.uid.value();
  tell({actor.uid}, {.json = event, .except = actor.origin});
  if (mark.peer.value() <= 0) return;
  event.erase("unread");
  tell({mark.peer}, {event});
}

/// The other one of two sees that it has come to a device. In a group that would be an event for each member and row.
void tell_delivered(const TellLive& tell, const Actor& actor, const chat::DeliveredMark& mark) {
  if (mark.peer.value() <= 0) return;
  json::object event{{"cmd", "delivered"}, {"conv_id", mark.conv.value()}, {"seq", mark.seq}};
  event["uid"] = actor.uid.value();
  tell({mark.peer}, {event});
}

/// Who does not belong to it learns nothing, not even that it is there.
Result<json::object> type_in(chat::ConversationService& conversations, const TellLive& tell, const Actor& actor,
                             const json::object& event) {
  const auto others = conversations.listeners(actor, ConvId(event.at("conv_id").as_int64()), kMostTold);
  if (!others.ok()) return others.error();
  if (!others.value().empty()) tell(others.value(), {event, LiveKind::kTyping});
  return json::object{};
}

}  // namespace

void add_conversation_commands(ChatCommands& commands, chat::ConversationService& conversations, const TellLive& tell) {
  commands.on("conv.open", [&conversations](const Actor& actor, Fields& fields) -> Work {
    return [&conversations, actor, to = Uid(fields.number("to", 1, kMostId))] {
      return as_json(conversations.open_p2p(actor, to),
                     [](ConvId conv) { return json::object{{"conv_id", conv.value()}}; });
    };
  });
  commands.on("conv.mute", setter(conversations, tell, &chat::ConvSettings::silent, "silent"));
  commands.on("conv.pin", setter(conversations, tell, &chat::ConvSettings::pinned, "pinned"));
  commands.on("conv.hide", setter(conversations, tell, &chat::ConvSettings::hidden, "hidden"));
  commands.on("read", [&conversations, tell](const Actor& actor, Fields& fields) -> Work {
    return [&conversations, tell, actor, conv = ConvId(fields.number("conv_id", 1, kMostId)),
            seq = fields.number("seq", 0, kMostId)] {
      const auto mark = conversations.read(actor, conv, seq);
      if (mark.ok() && mark.value().moved) tell_read(tell, actor, mark.value());
      return as_json(mark, mark_json);
    };
  });
  commands.on("delivered", [&conversations, tell](const Actor& actor, Fields& fields) -> Work {
    return [&conversations, tell, actor, conv = ConvId(fields.number("conv_id", 1, kMostId)),
            seq = fields.number("seq", 0, kMostId)] {
      const auto mark = conversations.delivered(actor, conv, seq);
      if (mark.ok() && mark.value().first) tell_delivered(tell, actor, mark.value());
      return as_json(mark, [](const chat::DeliveredMark& one) { return json::object{{"moved", one.moved}}; });
    };
  });
  commands.on("typing", [&conversations, tell](const Actor& actor, Fields& fields) -> Work {
    json::object event{{"cmd", "typing"}, {"uid", actor.uid.value()}};
    event["conv_id"] = fields.number("conv_id", 1, kMostId);
    const std::string kind = fields.text_or("kind", 16, "text");
    if (!is_typing_kind(kind)) fields.refuse("kind", "text, voice or file");
    event["kind"] = kind;
    return [&conversations, tell, actor, event] { return type_in(conversations, tell, actor, event); };
  });
  commands.on("readers", [&conversations](const Actor& actor, Fields& fields) -> Work {
    return [&conversations, actor, conv = ConvId(fields.number("conv_id", 1, kMostId)),
            seq = fields.number("seq", 1, kMostId)] {
      return as_json(conversations.readers(actor, conv, seq), readers_json);
    };
  });
}

}  // namespace im::logic
