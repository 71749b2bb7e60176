#include "common/base/log.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <ctime>
#include <memory>
#include <mutex>
#include <unistd.h>

#include <fmt/format.h>
#include <spdlog/details/null_mutex.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>

#include "common/base/last_line.hpp"
#include "common/base/log_out.hpp"
#include "common/base/utf8.hpp"

namespace im::log {

namespace {

std::string lines_are_missing(std::uint64_t lines, const std::string& why);

/// Lines as they were made here. Never destroyed: there may be a line after the end of main().
LogOut& out() {
  static auto* const lines = new LogOut(STDERR_FILENO, lines_are_missing);
  return *lines;
}

class Sink final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    out().line(std::string(message.payload.data(), message.payload.size()));
  }
  void flush_() override {}
};

struct State {
  std::string service = "im";
  std::string node = "-";
  bool json = false;
  std::shared_ptr<spdlog::logger> logger;
};

State& state() {
  static State instance = [] {
    State made;
    made.logger = std::make_shared<spdlog::logger>("im", std::make_shared<Sink>());
    made.json = ::isatty(STDERR_FILENO) == 0;
    return made;
  }();
  return instance;
}

/// JSON string escapes; in text lines too, so that a value can never start a line or move the cursor.
void append_escaped(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const char c = text.front();
    const auto byte = static_cast<unsigned char>(c);
    const std::size_t size = utf8_length(text);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\u{:04x}", byte);
    } else if (size == 0) {
      out += "\\ufffd";
    } else {
      out += text.substr(0, size);
    }
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
}

std::string timestamp() {
  const auto now = std::chrono::system_clock::now();
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  return fmt::format("{}.{:03}Z", text.data(), millis);
}

const char* name(Level level) {
  static constexpr std::array<const char*, 4> kNames{"debug", "info", "warn", "error"};
  return kNames[static_cast<std::size_t>(level)];
}

const char* padded(Level level) {
  static constexpr std::array<const char*, 4> kNames{"DEBUG", "INFO ", "WARN ", "ERROR"};
  return kNames[static_cast<std::size_t>(level)];
}

std::string json_line(Level level, std::string_view event, Fields fields) {
  const State& now = state();
  std::string line =
      fmt::format(R"({{"ts":"{}","level":"{}","svc":"{}","node":")", timestamp(), name(level), now.service);
  append_escaped(line, now.node);
  line += R"(","msg":")";
  append_escaped(line, event);
  line += '"';
  for (const Field& field : fields) {
    line += ",\"";
    append_escaped(line, field.key());
    line += field.quoted() ? "\":\"" : "\":";
    append_escaped(line, field.value());
    if (field.quoted()) line += '"';
  }
  return line + '}';
}

std::string text_line(Level level, std::string_view event, Fields fields) {
  std::string line = fmt::format("{} {} {} ", timestamp(), padded(level), state().node);
  append_escaped(line, event);
  for (const Field& field : fields) {
    line += fmt::format(" {}=", field.key());
    const bool quotes = field.value().empty() || field.value().find_first_of(" \"=") != std::string_view::npos;
    if (quotes) line += '"';
    append_escaped(line, field.value());
    if (quotes) line += '"';
  }
  return line;
}

std::string line_of(Level level, std::string_view event, Fields fields) {
  return state().json ? json_line(level, event, fields) : text_line(level, event, fields);
}

std::string lines_are_missing(std::uint64_t lines, const std::string& why) {
  return line_of(Level::kWarn, "lines of this log are missing before this one", {{"lines", lines}, {"why", why}});
}

}  // namespace

void init(const Options& options) {
  State& now = state();
  now.service = options.service;
  now.node = options.node;
  if (options.format != Format::kAuto) now.json = options.format == Format::kJson;
  set_level(options.level);
}

void set_level(Level level) {
  static constexpr std::array kLevels{spdlog::level::debug, spdlog::level::info, spdlog::level::warn,
                                      spdlog::level::err};
  state().logger->set_level(kLevels[static_cast<std::size_t>(level)]);
}

void write(Level level, std::string_view event, Fields fields) {
  static constexpr std::array kLevels{spdlog::level::debug, spdlog::level::info, spdlog::level::warn,
                                      spdlog::level::err};
  const auto spd = kLevels[static_cast<std::size_t>(level)];
  const State& now = state();
  if (!now.logger->should_log(spd)) return;
  now.logger->log(spd, line_of(level, event, fields));
}

std::uint64_t lost_lines() { return out().lost(); }

void last_line(const char* event, const char* why) noexcept {
  LastLine line;
  const State& now = state();
  if (now.json) {
    line.time(R"({"ts":")"), line.word(R"(","level":"error","svc":")"), line.value(now.service.c_str());
    line.word(R"(","node":")"), line.value(now.node.c_str()), line.word(R"(","msg":")"), line.value(event);
    line.word(R"(","why":")"), line.value(why), line.word("\"}\n");
  } else {
    line.time(""), line.word(" ERROR "), line.value(now.node.c_str()), line.word(" "), line.value(event);
    line.word(" why=\""), line.value(why), line.word("\"\n");
  }
  line.write(STDERR_FILENO);
}

}  // namespace im::log
