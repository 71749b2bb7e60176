#include "logic/chat/message_access.hpp"

namespace im::logic::chat {

Result<Message> message_for(sql::Connection& db, const Rights& rights, const Actor& actor, const Target& target,
                            std::int64_t now_ms) {
  auto meant = message_meant(db, rights, actor, target, now_ms);
  if (!meant) return meant.error();
  return std::move(meant).value().message;
}

Result<Meant> message_meant(sql::Connection& db, const Rights& rights, const Actor& actor, const Target& target,
                            std::int64_t now_ms) {
  auto standing = standing_of(db, target.conv, actor.uid);
  if (!standing) return standing.error();
  if (auto may = rights.may(standing.value(), target.action, now_ms); !may) return may.error();
  auto row = store::row_at(db, target.conv, target.seq);
  if (!row) return row.error();
  const auto& message = row.value();
  const bool seen = message.seq > standing.value().from_seq && message.hidden_from != actor.uid;
  if (!seen || message.kind != RowKind::kMessage) return Error{Error::Code::kNotFound, "no such message"};
  if (message.recalled) return Error{Error::Code::kConflict, "the message is recalled"};
  if (target.action == Action::kEdit || target.action == Action::kRecall) {
    auto may = rights.may_change(standing.value(), target.action, actor.uid, message, now_ms);
    if (!may) return may.error();
  }
  // A recall takes a text away from them: that they may see.
  const bool unwanted = standing.value().blocked_by_peer && target.action != Action::kRecall;
  const Uid hidden_from = unwanted ? standing.value().peer : message.hidden_from;
  return Meant{std::move(row).value(), hidden_from};
}

}  // namespace im::logic::chat
