#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "common/chat_client/row.hpp"

namespace im::imctl {

/// What `imctl chat` shows: lines for people, or with --json one object a line ("event": row, answer, told, status,
/// reset). What others wrote is made printable.
class ChatView {
 public:
  /// `print` takes one or more whole lines without the last line break.
  struct Style {
    bool json = false;
    bool colour = false;
  };
  ChatView(Style style, std::function<void(const std::string&)> print) : style_(style), print_(std::move(print)) {}

  void row(const chat_client::Row& row, std::int64_t current);
  void answer(const std::string& cmd, const boost::json::object& answer);
  void told(const boost::json::object& event);
  void status(const std::string& state, const std::string& text);
  void reset();
  /// For people only.
  void say(const std::string& text);
  void problem(const std::string& text);
  /// A problem that `text`, which was typed, came to nothing by; "" when nothing was to be sent.
  void not_sent(const std::string& text, const std::string& why);

  void me(std::int64_t uid) { me_ = uid; }
  /// Problems said and answers that were refusals, so far.
  std::int64_t failures() const { return failures_; }
  /// "bob", "user 2", "you".
  std::string name_of(std::int64_t uid) const;

 private:
  std::string line_of(const chat_client::Row& row, std::int64_t current) const;
  std::string said_in(const chat_client::Row& row) const;
  void readers(const boost::json::object& answer);
  void list(const boost::json::object& answer);
  void rows_of(const boost::json::object& answer, bool newest_first);
  std::string coloured(const char* code, const std::string& text) const;
  bool object(const char* event, boost::json::object members);

  Style style_;
  std::function<void(const std::string&)> print_;
  std::int64_t me_ = 0, failures_ = 0;
  std::map<std::int64_t, std::string> names_;
};

}  // namespace im::imctl
