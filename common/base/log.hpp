#pragma once

#include <cmath>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

/// Logs: text on a terminal, JSON lines otherwise. One line per state change, never one per message.
/// Any thread. A line is an event name for people and key-value fields for machines:
///   log::info("registered", {{"number", 3}, {"epoch", epoch}});
/// spdlog is seen by log.cpp only.
namespace im::log {

enum class Level { kDebug, kInfo, kWarn, kError };
enum class Format { kAuto, kText, kJson };

class Field {
 public:
  Field(std::string_view key, std::string_view value) : key_(key), value_(value), quoted_(true) {}
  Field(std::string_view key, const char* value) : Field(key, std::string_view(value)) {}
  Field(std::string_view key, const std::string& value) : Field(key, std::string_view(value)) {}
  Field(std::string_view key, bool value) : key_(key), value_(value ? "true" : "false"), quoted_(false) {}
  template <std::integral T>
  Field(std::string_view key, T value) : key_(key), value_(std::to_string(value)), quoted_(false) {}
  template <std::floating_point T>
  Field(std::string_view key, T value) : key_(key), value_(std::to_string(value)), quoted_(!std::isfinite(value)) {}

  std::string_view key() const { return key_; }
  std::string_view value() const { return value_; }
  bool quoted() const { return quoted_; }  ///< a string in JSON, not a number or a bool

 private:
  std::string_view key_;
  std::string value_;
  bool quoted_;
};
using Fields = std::initializer_list<Field>;

struct Options {
  std::string service;  ///< "comet"
  std::string node;     ///< "comet-1"
  Level level = Level::kInfo;
  Format format = Format::kAuto;  ///< kAuto: text when stderr is a terminal, else JSON
};

/// Call once, before threads start. Without it: text to stderr at info.
void init(const Options& options);
void set_level(Level level);

void write(Level level, std::string_view event, Fields fields);
inline void debug(std::string_view event, Fields fields = {}) { write(Level::kDebug, event, fields); }
inline void info(std::string_view event, Fields fields = {}) { write(Level::kInfo, event, fields); }
inline void warn(std::string_view event, Fields fields = {}) { write(Level::kWarn, event, fields); }
inline void error(std::string_view event, Fields fields = {}) { write(Level::kError, event, fields); }

}  // namespace im::log
