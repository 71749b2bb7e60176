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

/// With the text that may be kept.
template <class Keep>
Result<json::object> checked(const CheckText& check, const TextCheck& text, Keep keep) {
  if (!check) return as_json(keep(text.body), place_json);
  const auto allowed = check(text);
  if (!allowed.ok()) return allowed.error();
  return as_json(keep(allowed.value()), place_json);
}

}  // namespace

void add_message_commands(ChatCommands& commands, chat::MessageService& messages, chat::ReactionService& reactions,
                          const CheckText& check) {
  commands.on("msg.send", [&messages, check](const Actor& actor, Fields& fields) -> Work {
    return [&messages, check, actor, draft = draft_in(fields)] {
      return checked(check, {actor, draft.conv, draft.to, draft.type, draft.body}, [&](const std::string& body) {
        chat::Draft kept = draft;
        kept.body = body;
        return messages.send(actor, kept);
      });
    };
  });
  commands.on("msg.edit", [&messages, check](const Actor& actor, Fields& fields) -> Work {
    return [&messages, check, actor, id = message_in(fields), body = fields.raw_text("body", kMaxText)] {
      return checked(check, {actor, id.conv, Uid(), "edit", body},
                     [&](const std::string& kept) { return messages.edit(actor, id.conv, id.seq, kept); });
    };
  });
  commands.on("msg.recall", [&messages](const Actor& actor, Fields& fields) -> Work {
    return [&messages, actor, id = message_in(fields)] {
      return as_json(messages.recall(actor, id.conv, id.seq), place_json);
    };
  });
  commands.on("msg.forward", [&messages](const Actor& actor, Fields& fields) -> Work {
    return [&messages, actor, id = message_in(fields), to = ConvId(fields.number("conv_id", 1, kMostId)),
            client_id = fields.text("client_msg_id", kMaxName)] {
      return as_json(messages.forward(actor, id.conv, id.seq, to, client_id), place_json);
    };
  });
  commands.on("msg.react", [&reactions](const Actor& actor, Fields& fields) -> Work {
    return [&reactions, actor, id = message_in(fields), emoji = fields.raw_text("emoji", kMaxName),
            on = fields.flag_or("on", true)] {
      return as_json(reactions.react(actor, id.conv, id.seq, emoji, on), place_json);
    };
  });
  commands.on("msg.pin", [&reactions](const Actor& actor, Fields& fields) -> Work {
    return [&reactions, actor, id = message_in(fields), on = fields.flag_or("on", true)] {
      return as_json(reactions.pin(actor, id.conv, id.seq, on), place_json);
    };
  });
}

}  // namespace im::logic
