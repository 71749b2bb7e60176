#include "logic/chat_requests/message_commands.hpp"

#include <limits>

#include "logic/chat_requests/chat_json.hpp"

namespace im::logic {

namespace {

namespace json = boost::json;
using chat::Actor;
using chat::ConvId;
using Work = ChatCommands::Work;

constexpr std::size_t kMaxText = 64U * 1024;  ///< what is read; the services have limits of their own
constexpr std::size_t kMaxName = 512;

MessageId message_in(Fields& fields) {
  const MessageId id = read_message_id(fields.text("msg_id", kMaxName));
  if (id.seq == 0) fields.refuse("msg_id", "\"CONV:SEQ\"");
  return id;
}

chat::Draft draft_in(Fields& fields) {
  chat::Draft draft;
  draft.conv = ConvId(fields.number_or("conv_id", 1, kMostId, 0));
  draft.to = Uid(fields.number_or("to", 1, kMostId, 0));
  draft.client_id = fields.text("client_msg_id", kMaxName);
  draft.type = fields.text_or("type", kMaxName, "text");
  draft.body = fields.raw_text("body", kMaxText);
  draft.reply_to = fields.number_or("reply_to", 1, kMostId, 0);
  draft.mention_all = fields.flag_or("mention_all", false);
  for (const std::int64_t uid : fields.numbers("mentions", 1000)) draft.mentions.emplace_back(uid);
  if ((draft.conv.value() == 0) == (draft.to.value() == 0)) fields.refuse("conv_id", "there, or \"to\", not both");
  return draft;
}

/// What was written, and in which store.
Result<json::object> written(const MessageDesk& desk, const Result<chat::Place>& place) {
  if (!place.ok()) return place.error();
  json::object out = place_json(place.value());
  out["epoch"] = desk.epoch;
  return out;
}

void add_texts(ChatCommands& commands, const MessageDesk& desk) {
  commands.on("msg.send", [desk](const Actor& actor, Fields& fields) -> Work {
    return [desk, actor, draft = draft_in(fields)] { return written(desk, desk.messages.send(actor, draft)); };
  });
  commands.on("msg.edit", [desk](const Actor& actor, Fields& fields) -> Work {
    return [desk, actor, id = message_in(fields), body = fields.raw_text("body", kMaxText)] {
      return written(desk, desk.messages.edit(actor, id.conv, id.seq, body));
    };
  });
}

}  // namespace

void add_message_commands(ChatCommands& commands, const MessageDesk& desk) {
  add_texts(commands, desk);
  commands.on("msg.recall", [desk](const Actor& actor, Fields& fields) -> Work {
    return
        [desk, actor, id = message_in(fields)] { return written(desk, desk.messages.recall(actor, id.conv, id.seq)); };
  });
  commands.on("msg.forward", [desk](const Actor& actor, Fields& fields) -> Work {
    return [desk, actor, id = message_in(fields), to = ConvId(fields.number("conv_id", 1, kMostId)),
            client_id = fields.text("client_msg_id", kMaxName)] {
      return written(desk, desk.messages.forward(actor, id.conv, id.seq, to, client_id));
    };
  });
  commands.on("msg.react", [desk](const Actor& actor, Fields& fields) -> Work {
    return [desk, actor, id = message_in(fields), emoji = fields.raw_text("emoji", kMaxName),
            on = fields.flag_or("on", true)] {
      return written(desk, desk.reactions.react(actor, id.conv, id.seq, emoji, on));
    };
  });
  commands.on("msg.pin", [desk](const Actor& actor, Fields& fields) -> Work {
    return [desk, actor, id = message_in(fields), on = fields.flag_or("on", true)] {
      return written(desk, desk.reactions.pin(actor, id.conv, id.seq, on));
    };
  });
}

}  // namespace im::logic
