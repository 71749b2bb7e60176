#include "logic/requests/fields.hpp"

#include <algorithm>

namespace im::logic {

namespace {

namespace json = boost::json;

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

}  // namespace

const json::value* Fields::find(std::string_view name) const {
  const json::value* value = object_.if_contains({name.data(), name.size()});
  return value == nullptr || value->is_null() ? nullptr : value;
}

const json::value* Fields::need(std::string_view name) {
  const json::value* value = find(name);
  if (value == nullptr && !failure_)
    failure_ = Failure{Code::kBadValue, "\"" + std::string(name) + "\" is missing", {}, {}};
  return value;
}

void Fields::refuse(std::string_view name, const std::string& wanted) {
  if (!failure_) failure_ = Failure{Code::kBadValue, "\"" + std::string(name) + "\" must be " + wanted, {}, {}};
}

std::string Fields::read_text(std::string_view name, const json::value& value, std::size_t most, bool raw) {
  const json::string* text = value.if_string();
  if (text == nullptr || text->empty() || text->size() > most) {
    refuse(name, "a text of 1 to " + std::to_string(most) + " bytes");
    return {};
  }
  std::string out(text->data(), text->size());
  if (!raw && has_control(out)) refuse(name, "without control characters");
  return out;
}

std::string Fields::text(std::string_view name, std::size_t most) {
  const json::value* value = need(name);
  return value == nullptr ? "" : read_text(name, *value, most, false);
}

std::string Fields::text_or(std::string_view name, std::size_t most, std::string fallback) {
  const json::value* value = find(name);
  return value == nullptr ? std::move(fallback) : read_text(name, *value, most, false);
}

std::string Fields::raw_text(std::string_view name, std::size_t most) {
  const json::value* value = need(name);
  return value == nullptr ? "" : read_text(name, *value, most, true);
}

std::int64_t Fields::number(std::string_view name, std::int64_t least, std::int64_t most) {
  return need(name) == nullptr ? least : number_or(name, least, most, least);
}

std::int64_t Fields::number_or(std::string_view name, std::int64_t least, std::int64_t most, std::int64_t fallback) {
  const json::value* value = find(name);
  if (value == nullptr) return fallback;
  if (value->is_int64() && value->get_int64() >= least && value->get_int64() <= most) return value->get_int64();
  refuse(name, "a whole number of " + std::to_string(least) + " to " + std::to_string(most));
  return fallback;
}

bool Fields::flag_or(std::string_view name, bool fallback) {
  const json::value* value = find(name);
  if (value == nullptr) return fallback;
  if (!value->is_bool()) refuse(name, "true or false");
  return value->is_bool() && value->get_bool();
}

std::vector<std::string> Fields::texts(std::string_view name, std::size_t most_items, std::size_t most_bytes) {
  std::vector<std::string> out;
  const json::value* value = find(name);
  if (value == nullptr) return out;
  const json::array* list = value->if_array();
  if (list == nullptr || list->size() > most_items) {
    refuse(name, "a list of at most " + std::to_string(most_items) + " texts");
    return out;
  }
  for (const json::value& item : *list) out.push_back(read_text(name, item, most_bytes, false));
  return out;
}

std::vector<std::int64_t> Fields::numbers(std::string_view name, std::size_t most_items) {
  std::vector<std::int64_t> out;
  const json::value* value = find(name);
  if (value == nullptr) return out;
  const json::array* list = value->if_array();
  if (list == nullptr || list->size() > most_items ||
      !std::all_of(list->begin(), list->end(), [](const json::value& item) { return item.is_int64(); })) {
    refuse(name, "a list of at most " + std::to_string(most_items) + " whole numbers");
    return out;
  }
  for (const json::value& item : *list) out.push_back(item.get_int64());
  return out;
}

json::object Fields::object(std::string_view name) {
  const json::value* value = find(name);
  if (value == nullptr) return {};
  if (value->is_object()) return value->get_object();
  refuse(name, "an object");
  return {};
}

}  // namespace im::logic
