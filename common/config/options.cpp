#include "common/config/options.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "common/config/values.hpp"

namespace im::config {

namespace {

template <class T>
std::string set_number(const std::string& text, T& target, const char* what) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return "\"" + text + "\" is not " + what;
  target = value;
  return "";
}

std::string trimmed(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// "a, b": blanks around an item and empty items do not count.
std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t comma = std::min(text.find(',', begin), text.size());
    if (std::string part = trimmed(text.substr(begin, comma - begin)); !part.empty()) parts.push_back(std::move(part));
    begin = comma + 1;
  }
  return parts;
}

}  // namespace

void Options::section(std::string name, std::string doc) { sections_.push_back({std::move(name), std::move(doc), {}}); }

Option& Options::push(const std::string& name, Option::Type type, std::string doc) {
  Option option;
  option.key = sections_.back().name + "." + name;
  option.type = type;
  option.doc = std::move(doc);
  sections_.back().options.push_back(std::move(option));
  return sections_.back().options.back();
}

void Options::add(const std::string& name, bool& target, std::string doc) {
  Option& option = push(name, Option::Type::kBool, std::move(doc));
  option.get_text = [&target] { return std::string(target ? "true" : "false"); };
  option.set_text = [&target](const std::string& text) -> std::string {
    if (text != "true" && text != "false") return "\"" + text + "\" is not true or false";
    target = text == "true";
    return "";
  };
  option.default_text = option.get_text();
}

void Options::add(const std::string& name, int& target, std::string doc, int least) {
  Option& option = push(name, Option::Type::kInt, std::move(doc));
  option.get_text = [&target] { return std::to_string(target); };
  const bool port = option.key.ends_with("port");
  option.set_text = [&target, port, least](const std::string& text) -> std::string {
    int value = 0;
    std::string error = set_number(text, value, "a whole number");
    if (!error.empty()) return error;
    if (port && (value < least || value > 65535))
      return text + " is not a port (" + std::to_string(least) + " to 65535)";
    if (value < least) return text + " is below " + std::to_string(least);
    target = value;
    return "";
  };
  option.default_text = option.get_text();
}

void Options::add(const std::string& name, std::int64_t& target, std::string doc) {
  Option& option = push(name, Option::Type::kInt, std::move(doc));
  option.get_text = [&target] { return std::to_string(target); };
  option.set_text = [&target](const std::string& text) -> std::string {
    std::int64_t value = 0;
    std::string error = set_number(text, value, "a whole number");
    if (error.empty() && value < 0) error = text + " is below 0";
    if (error.empty()) target = value;
    return error;
  };
  option.default_text = option.get_text();
}

void Options::add(const std::string& name, double& target, std::string doc) {
  Option& option = push(name, Option::Type::kDouble, std::move(doc));
  option.get_text = [&target] { return to_text(target); };
  option.set_text = [&target](const std::string& text) -> std::string {
    double value = 0;
    std::string error = set_number(text, value, "a number");
    if (error.empty() && !std::isfinite(value)) error = "\"" + text + "\" is not a finite number";
    if (error.empty() && value < 0) error = text + " is below 0";
    if (error.empty()) target = value;
    return error;
  };
  option.default_text = option.get_text();
}

void Options::add(const std::string& name, std::string& target, std::string doc, std::vector<std::string> choices) {
  Option& option = push(name, Option::Type::kString, std::move(doc));
  option.choices = std::move(choices);
  option.get_text = [&target] { return quoted(target); };
  option.set_text = [&target, allowed = option.choices](const std::string& text) -> std::string {
    if (!allowed.empty() && std::find(allowed.begin(), allowed.end(), text) == allowed.end()) {
      std::string message = "\"" + text + "\" is not one of";
      for (const auto& choice : allowed) message += " " + choice;
      return message;
    }
    target = text;
    return "";
  };
  option.default_text = option.get_text();
}

void Options::add(const std::string& name, std::vector<std::string>& target, std::string doc) {
  Option& option = push(name, Option::Type::kStringList, std::move(doc));
  option.get_text = [&target] {
    std::string text = "[";
    for (const auto& item : target) text += (text.size() > 1 ? ", " : "") + quoted(item);
    return text + "]";
  };
  option.set_text = [&target](const std::string& text) {
    target = split(text);
    return std::string();
  };
  option.set_list = [&target](const std::vector<std::string>& items) { target = items; };
  option.default_text = option.get_text();
}

void Options::add(const std::string& name, Millis& target, std::string doc) {
  Option& option = push(name, Option::Type::kMillis, std::move(doc));
  option.get_text = [&target] { return quoted(to_text(target)); };
  option.set_text = [&target](const std::string& text) -> std::string {
    const auto value = parse_duration(text);
    if (!value) return "\"" + text + "\" is not a duration; write it like \"250ms\", \"5s\", \"4m\"";
    target = *value;
    return "";
  };
  option.default_text = option.get_text();
}

void Options::add(const std::string& name, Bytes& target, std::string doc) {
  Option& option = push(name, Option::Type::kBytes, std::move(doc));
  option.get_text = [&target] { return quoted(to_text(target)); };
  option.set_text = [&target](const std::string& text) -> std::string {
    const auto value = parse_bytes(text);
    if (!value) return "\"" + text + "\" is not a size; write it like \"512\", \"64KiB\", \"4MiB\"";
    target = *value;
    return "";
  };
  option.default_text = option.get_text();
}

void Options::must(std::function<std::string()> rule) {
  check([key = sections_.back().options.back().key, rule = std::move(rule)] {
    const std::string fault = rule();
    return fault.empty() ? fault : key + ": " + fault;
  });
}

void Options::listens(const std::string& bind, const int& port) {
  listeners_.push_back({sections_.back().options.back().key, &bind, &port});
}

std::string Options::listeners_fault() const {
  const auto everywhere = [](const std::string& bind) { return bind == "0.0.0.0" || bind == "::"; };
  for (std::size_t second = 0; second < listeners_.size(); ++second) {
    for (std::size_t first = 0; first < second; ++first) {
      const Listener& one = listeners_[first];
      const Listener& other = listeners_[second];
      const bool same = *one.bind == *other.bind || everywhere(*one.bind) || everywhere(*other.bind);
      if (*one.port > 0 && *one.port == *other.port && same)
        return other.key + ": " + std::to_string(*other.port) + " is the port of " + one.key + " already";
    }
  }
  return "";
}

void Options::check(std::function<std::string()> rule) { checks_.push_back(std::move(rule)); }

}  // namespace im::config
