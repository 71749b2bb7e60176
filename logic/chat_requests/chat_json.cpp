#include "logic/chat_requests/chat_json.hpp"

#include <charconv>

#include "logic/chat_requests/group_json.hpp"

namespace im::logic {

namespace {

namespace json = boost::json;
using chat::ConvKind;
using chat::Message;
using chat::RowKind;

constexpr std::size_t kMaxAnswer = 256U * 1024;  ///< of the texts in it
constexpr std::size_t kRowCost = 256;            ///< of everything else of a row

const char* name_of(RowKind kind) {
  switch (kind) {
    case RowKind::kMessage:
      return "message";
    case RowKind::kEdit:
      return "edit";
    case RowKind::kRecall:
      return "recall";
    case RowKind::kReaction:
      return "reaction";
    case RowKind::kPin:
      return "pin";
  }
  return "";
}

const char* name_of(ConvKind kind) {
  switch (kind) {
    case ConvKind::kP2p:
      return "p2p";
    case ConvKind::kGroup:
      return "group";
    case ConvKind::kRoom:
      return "room";
  }
  return "";
}

/// Uids with commas between, or "all".
json::value mentions_json(std::string_view text) {
  if (text == "all") return "all";
  json::array uids;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    std::int64_t uid = 0;
    std::from_chars(text.data(), text.data() + comma, uid);
    if (uid > 0) uids.push_back(uid);
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return uids;
}

std::size_t cost_of(const Message& row) { return row.body.size() + row.mentions.size() + kRowCost; }

}  // namespace

std::string message_id(chat::ConvId conv, chat::Seq seq) {
  return std::to_string(conv.value()) + ":" + std::to_string(seq);
}

MessageId read_message_id(std::string_view text) {
  std::int64_t conv = 0;
  std::int64_t seq = 0;
  const char* end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, conv);
  if (first.ec != std::errc{} || first.ptr == end || *first.ptr != ':') return {};
  const auto second = std::from_chars(first.ptr + 1, end, seq);
  if (second.ec != std::errc{} || second.ptr != end || conv < 1 || seq < 1) return {};
  return {chat::ConvId(conv), seq};
}

json::object message_json(const Message& row, Uid reader) {
  if (row.hidden_from == reader && reader.value() > 0)
    return {{"conv_id", row.conv.value()}, {"seq", row.seq}, {"hidden", true}};
  json::object out{{"msg_id", message_id(row.conv, row.seq)},
                   {"conv_id", row.conv.value()},
                   {"seq", row.seq},
                   {"prev_seq", row.seq - 1},
                   {"kind", name_of(row.kind)},
                   {"type", row.type},
                   {"sender", row.sender.value()},
                   {"body", row.body},
                   {"ts", row.ts}};
  if (row.ref_seq > 0) out[row.kind == RowKind::kMessage ? "reply_to" : "ref_seq"] = row.ref_seq;
  if (!row.mentions.empty()) out["mentions"] = mentions_json(row.mentions);
  if (!row.client_id.empty() && row.sender == reader) out["client_msg_id"] = row.client_id;
  if (row.edited_ts > 0) out["edited_ts"] = row.edited_ts;
  if (row.recalled) out["recalled"] = true;
  return out;
}

json::object place_json(const chat::Place& place) {
  return {{"msg_id", message_id(place.conv, place.seq)},
          {"conv_id", place.conv.value()},
          {"seq", place.seq},
          {"ts", place.ts}};
}

json::array messages_json(const std::vector<Message>& rows, Uid reader) {
  json::array out;
  std::size_t size = 0;
  for (const Message& row : rows) {
    size += cost_of(row);
    if (!out.empty() && size > kMaxAnswer) break;
    out.push_back(message_json(row, reader));
  }
  return out;
}

json::object page_json(const chat::Page& page, Uid reader) {
  json::array rows = messages_json(page.rows, reader);
  const bool cut = rows.size() < page.rows.size();
  return {{"messages", std::move(rows)},
          {"has_more", page.has_more || cut},
          {"first_seq", page.first_seq},
          {"last_seq", page.last_seq},
          {"epoch", page.epoch}};
}

json::object summary_json(const chat::ConvSummary& one, Uid reader) {
  json::object out{{"conv_id", one.conv.value()}, {"kind", name_of(one.kind)}, {"name", one.name},
                   {"avatar", one.avatar},        {"last_seq", one.last_seq},  {"last_ts", one.last_ts},
                   {"read_seq", one.read_seq},    {"unread", one.unread},      {"silent", one.silent},
                   {"pinned", one.pinned},        {"hidden", one.hidden},      {"role", role_name(one.role)}};
  if (one.peer.value() > 0) out["peer"] = one.peer.value();
  if (one.last.seq > 0) out["last"] = message_json(one.last, reader);
  return out;
}

/// A client that got `has_more` asks again with the marks of what it has.
json::object sync_all_json(const chat::SyncAll& all, Uid reader) {
  json::array list;
  std::size_t size = 0;
  bool cut = false;
  for (const chat::ConvSummary& one : all.conversations) {
    size += cost_of(one.last) + one.name.size() + one.avatar.size();
    cut = !list.empty() && size > kMaxAnswer * 2;
    if (cut) break;
    list.push_back(summary_json(one, reader));
  }
  return {{"conversations", std::move(list)}, {"has_more", all.has_more || cut}, {"epoch", all.epoch}};
}

}  // namespace im::logic
