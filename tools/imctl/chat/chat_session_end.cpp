// How a session ends: by itself, by /quit, or because it must.
#include <utility>

#include "tools/imctl/chat/chat_session.hpp"

namespace im::imctl {

namespace {

constexpr std::chrono::milliseconds kLookAgain{50};

}  // namespace

std::string ChatSession::under_way() const {
  std::string text;
  const auto add = [&text](std::size_t count, const char* one, const char* many) {
    if (count == 0) return;
    text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + (count == 1 ? one : many);
  };
  add(static_cast<std::size_t>(media_.under_way()), "file", "files");
  add(client_->waiting(), "request", "requests");
  add(ahead_.size(), "line", "lines");
  return text;
}

void ChatSession::quit() {
  const std::string left = under_way();
  if (left.empty()) return end("");
  leaving_ = true;
  view_.status("leaving", "when all is done: " + left + " under way; /quit again ends at once");
  end_if_done();
}

void ChatSession::line_after_quit(std::string_view typed) {
  const auto line = read_chat_line(typed);
  if (line.ok() && line.value().what == What::kQuit) return quit_now(kFailed);
  view_.not_sent(std::string(typed), "/quit was typed before");
}

void ChatSession::quit_now(Exit exit) {
  const std::string left = under_way();
  if (left.empty()) return end("", exit);
  end("ended before all was done: " + left + " under way" + left_in(setup_.state, setup_.state_file, 0), exit);
}

/// After /quit what others wrote is not waited for, nor a connection.
bool ChatSession::is_done() const {
  if (leaving_) return under_way().empty();
  return ready_ && !opening_ && client_->waiting() == 0 && !media_.busy() && client_->sync().whole();
}

void ChatSession::end_if_done() {
  if (over_) return;
  if (is_done()) return end("");
  look_.expires_after(kLookAgain);
  look_.async_wait([this](const boost::system::error_code& error) {
    if (!error) end_if_done();
  });
}

void ChatSession::gave_up(const std::string& why) {
  end(why + left_in(setup_.state, setup_.state_file, ahead_.size()), kUnreachable);
}

void ChatSession::end(const std::string& why, Exit exit) {
  if (std::exchange(over_, true)) return;
  save();
  renewal_.stop();
  way_.there();
  look_.cancel();
  client_->stop();
  ended_(why, exit);
}

}  // namespace im::imctl
