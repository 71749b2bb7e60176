#include "logic/chat/message_service.hpp"

#include <algorithm>

#include "common/base/fault.hpp"
#include "logic/chat/attachment.hpp"
#include "logic/chat/check.hpp"
#include "logic/store/kept_texts.hpp"

namespace im::logic::chat {

namespace {

constexpr sql::Query kSent{"SELECT conv_id, seq, ts FROM sent WHERE sender = ? AND client_id = ?", 3};
constexpr const char* kNoteSent = "INSERT INTO sent (sender, client_id, conv_id, seq, ts) VALUES (?, ?, ?, ?, ?)";

std::string mentions_text(const Draft& draft) {
  if (draft.mention_all) return "all";
  std::string text;
  for (const auto uid : draft.mentions) text += (text.empty() ? "" : ",") + std::to_string(uid.value());
  return text;
}

/// kConflict: this client_id was answered before.
Status note(store::Write& into, const store::ConvHead& head, const Message& row) {
  const auto ts = std::max(into.now_ms, head.last_ts);
  auto noted = into.db.execute(kNoteSent, {row.sender, row.client_id, head.conv, head.last_seq + 1, ts});
  return noted ? Status(Ok{}) : Status(noted.error());
}

/// Who has blocked the editor goes on seeing what they saw; others see the new text.
Status see_edit(store::Write& into, const Meant& meant) {
  if (meant.hidden_from.value() > 0) return store::keep_text(into, meant.message, meant.hidden_from);
  return store::forget_kept(into.db, meant.message);
}

/// The answer this client_id had before, if any.
Result<std::optional<Place>> answered(sql::Connection& db, Uid sender, const Draft& draft) {
  auto rows = db.select(kSent, {sender, draft.client_id});
  if (!rows) return rows.error();
  if (rows.value().empty()) return std::optional<Place>();
  const auto& row = rows.value().front();
  const Place place{row.id<ConvId>(0), row.number(1), row.number(2), true};
  if (place.conv != draft.conv) return Error{Error::Code::kConflict, "client_msg_id: used in another conversation"};
  return std::optional<Place>(place);
}

}  // namespace

Status MessageService::check(const Draft& draft) const {
  if (auto type = check_type(draft.type); !type) return type;
  if (auto body = check_given("body", draft.body, limits_.body_bytes); !body) return body;
  if (auto id = check_given("client_msg_id", draft.client_id, limits_.client_id_bytes); !id) return id;
  if (draft.mentions.size() > limits_.mentions) return Error{Error::Code::kInvalid, "mentions: too many"};
  if (draft.reply_to < 0) return Error{Error::Code::kInvalid, "reply_to: is no message"};
  if ((draft.conv.value() > 0) == (draft.to.value() > 0))
    return Error{Error::Code::kInvalid, "conv_id: either it or \"to\" is needed"};
  return Ok{};
}

Result<Place> MessageService::send(const Actor& actor, Draft draft) {
  if (auto good = check(draft); !good) return good.error();
  auto kept = gate_.pass({actor, draft.conv, draft.to, draft.type, draft.body}, limits_.body_bytes);
  if (!kept) return kept.error();
  draft.body = std::move(kept).value();
  if (draft.to.value() > 0) {
    auto conv = conversations_.open_p2p(actor, draft.to);
    if (!conv) return conv.error();
    draft.conv = conv.value();
  }
  auto place = store_.lanes().write<Place>(
      draft.conv.value(), [&](store::Write& into) { return write(into, actor, draft); }, draft.body.size(),
      !names_media(draft.type));
  if (names_media(draft.type)) fault::fire("media.sent");
  return place;
}

// The head first: it is what two logics with the same client_id wait at. Whether the id is a new one is seen by noting
// it, before anything else is written. Who may not send any more still hears what was answered before.
Result<Place> MessageService::write(store::Write& into, const Actor& actor, const Draft& draft) {
  auto head = store::lock_head(into, draft.conv);
  if (!head) return head.error();
  std::vector<std::string> media;
  auto row = row_of(into, head.value(), actor, draft, media);
  const auto noted = row ? note(into, head.value(), row.value()) : Status(row.error());
  if (!noted) {
    auto before = answered(into.db, actor.uid, draft);
    if (!before) return before.error();
    return before.value() ? Result<Place>(*before.value()) : noted.error();
  }
  auto added = store::append(into, head.value(), std::move(row).value());
  if (!added) return added.error();
  if (auto named = attach(into, added.value().conv, added.value().seq, media); !named) return named.error();
  return place_of(added.value());
}

Result<Message> MessageService::row_of(store::Write& into, const store::ConvHead& head, const Actor& actor,
                                       const Draft& draft, std::vector<std::string>& media) const {
  auto standing = standing_of(into.db, draft.conv, actor.uid);
  if (!standing) return standing.error();
  if (auto may = rights_.may(standing.value(), Action::kSend, into.now_ms); !may) return may.error();
  if (draft.mention_all && (head.kind != ConvKind::kGroup || standing.value().role < Role::kAdmin))
    return Error{Error::Code::kDenied, "your role does not allow to mention all"};
  if (draft.reply_to > head.last_seq) return Error{Error::Code::kInvalid, "reply_to: is no message"};
  Message row{.type = draft.type, .body = draft.body, .ref_seq = draft.reply_to};
  if (names_media(draft.type)) {
    auto attached = read_attachment(into.db, {actor.uid, draft.type, draft.body, draft.from, draft.from_seq});
    if (!attached) return attached.error();
    row.body = std::move(attached.value().body);
    media = std::move(attached.value().media);
  }
  row.mentions = mentions_text(draft);
  row.client_id = draft.client_id;
  sign(row, actor);
  if (standing.value().blocked_by_peer) row.hidden_from = standing.value().peer;
  return row;
}

Result<Place> MessageService::edit(const Actor& actor, ConvId conv, Seq seq, const std::string& body) {
  if (auto good = check_given("body", body, limits_.body_bytes); !good) return good.error();
  auto kept = gate_.pass({actor, conv, Uid(), "edit", body}, limits_.body_bytes);
  if (!kept) return kept.error();
  return change(actor, conv, seq, Action::kEdit, kept.value());
}

Result<Place> MessageService::recall(const Actor& actor, ConvId conv, Seq seq) {
  auto place = change(actor, conv, seq, Action::kRecall, "");
  fault::fire("media.recalled");
  return place;
}

Result<Place> MessageService::change(const Actor& actor, ConvId conv, Seq seq, Action action, const std::string& body) {
  const bool recalls = action == Action::kRecall;
  return store_.lanes().write<Place>(conv.value(), [&](store::Write& into) -> Result<Place> {
    auto head = store::lock_head(into, conv);
    if (!head) return head.error();
    auto target = message_meant(into.db, rights_, actor, {conv, seq, action}, into.now_ms);
    if (!target) return target.error();
    if (!recalls && names_media(target.value().message.type))
      return Error{Error::Code::kDenied, "not this kind of message"};
    return change_row(into, head.value(), target.value(), actor, body);
  });
}

Result<Place> MessageService::remove(ConvId conv, Seq seq) {
  return store_.lanes().write<Place>(conv.value(), [&](store::Write& into) -> Result<Place> {
    auto head = store::lock_head(into, conv);
    if (!head) return head.error();
    auto target = store::row_at(into.db, conv, seq);
    if (!target) return target.error();
    const Message& message = target.value();
    if (message.kind != RowKind::kMessage || message.type == "system")
      return Error{Error::Code::kNotFound, "no such message"};
    if (message.recalled) return Error{Error::Code::kConflict, "the message is recalled"};
    return change_row(into, head.value(), {message, message.hidden_from}, {.uid = message.sender}, "");
  });
}

Result<Place> MessageService::change_row(store::Write& into, store::ConvHead& head, const Meant& meant,
                                         const Actor& actor, const std::string& body) {
  const Message& target = meant.message;
  const bool recalls = body.empty();
  if (auto seen = recalls ? Status(Ok{}) : see_edit(into, meant); !seen) return seen.error();
  if (auto changed = store::change_body(into, target, body, recalls); !changed) return changed.error();
  if (names_media(target.type))
    if (auto gone = detach(into, target.conv, target.seq); !gone) return gone.error();
  Message row{.kind = recalls ? RowKind::kRecall : RowKind::kEdit, .type = target.type};
  row.ref_seq = target.seq;
  row.hidden_from = meant.hidden_from;
  sign(row, actor);
  auto added = store::append(into, head, std::move(row), body);
  if (!added) return added.error();
  return place_of(added.value());
}

Result<Place> MessageService::forward(const Actor& actor, ConvId from, Seq seq, ConvId to,
                                      const std::string& client_id) {
  Draft draft{.conv = to, .client_id = client_id};
  {
    auto db = store_.reader();
    if (!db) return db.error();
    auto now = db.value()->clock_ms();
    if (!now) return now.error();
    auto source = message_for(*db.value(), rights_, actor, {from, seq, Action::kRead}, now.value());
    if (!source) return source.error();
    std::vector<Message> seen{std::move(source).value()};
    if (auto shown = store::show_kept(*db.value(), actor.uid, seen); !shown) return shown.error();
    draft.type = seen.front().type;
    draft.body = seen.front().body;
    draft.from = from;
    draft.from_seq = seq;
  }
  return send(actor, std::move(draft));
}

}  // namespace im::logic::chat
