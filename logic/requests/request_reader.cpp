#include "logic/requests/request_reader.hpp"

#include <algorithm>

#include "common/json/strict_json.hpp"

namespace im::logic {

namespace {

namespace json = boost::json;

Failure malformed(const std::string& why) { return {Code::kMalformed, why, {}, {}}; }

bool is_command(std::string_view name) {
  return !name.empty() && name.size() <= kMaxCommand && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_';
  });
}

std::variant<json::object, Failure> object_of(std::string_view body) {
  if (body.size() > kMaxRequest) return Failure{Code::kTooLarge, "a request is at most 64 KiB", {}, {}};
  auto value = parse_strict_json(body);
  if (!value.ok()) return malformed(value.error().message);
  if (!value.value().is_object()) return malformed("not a JSON object");
  return std::move(value.value().get_object());
}

}  // namespace

std::variant<Request, Failure> read_request(std::string_view body) {
  auto object = object_of(body);
  if (auto* failure = std::get_if<Failure>(&object)) return std::move(*failure);
  auto& fields = std::get<json::object>(object);
  const json::value* cmd = fields.if_contains("cmd");
  if (cmd == nullptr || !cmd->is_string()) return malformed("\"cmd\" is not there, or is not a text");
  const std::string name(cmd->get_string().data(), cmd->get_string().size());
  if (!is_command(name)) return malformed("\"cmd\" is not a name of a command");
  return Request{name, std::move(fields)};
}

std::variant<Request, Failure> read_request_of(std::string_view cmd, std::string_view body) {
  auto object = object_of(body.empty() ? "{}" : body);
  if (auto* failure = std::get_if<Failure>(&object)) return std::move(*failure);
  auto& fields = std::get<json::object>(object);
  const auto [member, absent] = fields.emplace("cmd", json::string_view(cmd.data(), cmd.size()));
  if (!absent && member->value() != json::value(json::string_view(cmd.data(), cmd.size())))
    return malformed("\"cmd\" is not the command of this address");
  return Request{std::string(cmd), std::move(fields)};
}

}  // namespace im::logic
