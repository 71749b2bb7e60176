#include "common/chat_client/row.hpp"

namespace im::chat_client {

namespace json = boost::json;

namespace {

const json::value* member(const json::object& object, std::string_view name) {
  return object.if_contains(json::string_view(name.data(), name.size()));
}

}  // namespace

std::int64_t number_of(const json::object& object, std::string_view name, std::int64_t otherwise) {
  const json::value* value = member(object, name);
  return value != nullptr && value->is_int64() ? value->get_int64() : otherwise;
}

std::string text_of(const json::object& object, std::string_view name) {
  const json::value* value = member(object, name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

bool flag_of(const json::object& object, std::string_view name) {
  const json::value* value = member(object, name);
  return value != nullptr && value->is_bool() && value->get_bool();
}

std::optional<Row> read_row(const json::object& object) {
  Row row;
  row.conv = number_of(object, "conv_id");
  row.seq = number_of(object, "seq");
  if (row.conv < 1 || row.seq < 1) return std::nullopt;
  if (flag_of(object, "hidden")) return row;
  row.kind = text_of(object, "kind");
  row.sender = number_of(object, "sender", -1);
  if (row.kind.empty() || row.sender < 0) return std::nullopt;
  row.type = text_of(object, "type");
  row.body = text_of(object, "body");
  row.ts = number_of(object, "ts");
  row.ref_seq = number_of(object, row.kind == "message" ? "reply_to" : "ref_seq");
  row.key = text_of(object, "client_msg_id");
  row.recalled = flag_of(object, "recalled");
  return row;
}

}  // namespace im::chat_client
