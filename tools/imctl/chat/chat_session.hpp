#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "common/chat_client/chat_client.hpp"
#include "tools/imctl/chat/chat_account.hpp"
#include "tools/imctl/chat/chat_line.hpp"
#include "tools/imctl/chat/chat_media.hpp"
#include "tools/imctl/chat/chat_state.hpp"
#include "tools/imctl/chat/chat_view.hpp"
#include "tools/imctl/chat/token_renewal.hpp"
#include "tools/imctl/chat/typing_sign.hpp"
#include "tools/imctl/chat/way_patience.hpp"
#include "tools/imctl/exit_code.hpp"

namespace im::imctl {

/// One run of `imctl chat`: lines in, rows out, and what it must not forget in between. On the context's thread.
class ChatSession {
 public:
  struct Setup {
    std::string server;  ///< where the token is renewed
    ChatTokens tokens;
    ChatState state;
    std::string state_file;  ///< empty: nothing is kept
    client::Config connection;
    std::chrono::seconds patience{0};  ///< without a way to the cluster until it is given up; 0: for ever
    bool everything = false;           ///< from the first row on, not from the read mark
    bool reads = false;                ///< what is shown of the current conversation is read
  };
  /// `ended` is called once, with why (empty: as wished) and how the program ends then.
  ChatSession(boost::asio::io_context& context, Setup setup, ChatView& view,
              std::function<void(const std::string& why, Exit exit)> ended);

  void start();
  void line(std::string_view typed);
  /// Somebody types in the current conversation.
  void typing();
  /// No more lines come: ends when everything was answered.
  void end_of_input() { end_if_done(); }
  /// Ends now. When something is under way, the end is `exit`, and the text says what.
  void quit_now(Exit exit);
  std::int64_t current() const { return current_; }
  std::int64_t unread() const { return unread_; }
  /// The name of somebody who types in the current conversation, for a few seconds; or "".
  std::string who_types() const;

 private:
  void obey(const ChatLine& line);
  /// `opened`: the answer that says in which conversation, if there is one.
  void obey_what_waited(const boost::json::object& opened = {});
  /// These three: false when too much waits for the server; `then` is not called. The first two have said so.
  bool ask(const std::string& cmd, boost::json::object fields, chat_client::Answered then = {});
  bool say(boost::json::object to, const std::string& text);
  bool hand_in(const Unsent& unsent);
  void acknowledged(const std::string& key, const boost::json::object& answer);
  void to_user(const ChatLine& line);
  void find(const ChatLine& line);
  void more(std::int64_t limit);
  void send_file(const std::string& path);
  void save_file(const ChatLine& line);
  void read_now();
  void go_to(std::int64_t conv);
  void look_for(std::int64_t conv);
  void on_row(const chat_client::Row& row);
  void on_event(const boost::json::object& event);
  void on_status(const client::Status& status);
  void renewed();
  void save();
  void quit();
  /// What was typed and has no answer yet: "1 file, 2 lines"; "" when there is nothing.
  std::string under_way() const;
  void line_after_quit(std::string_view typed);
  bool is_done() const;
  void end_if_done();
  void gave_up(const std::string& why);
  void end(const std::string& why, Exit exit = kFailed);

  Setup setup_;
  ChatView& view_;
  std::function<void(const std::string&, Exit)> ended_;
  TokenRenewal renewal_;
  ChatMedia media_;
  WayPatience way_;
  boost::asio::steady_timer look_;
  std::unique_ptr<chat_client::ChatClient> client_;
  std::int64_t current_ = 0;
  bool opening_ = false;     ///< the current conversation has no number yet; lines wait for it
  std::string opening_key_;  ///< of the message that opens it, if one does
  std::deque<std::string> ahead_;
  std::int64_t unread_ = 0;
  std::map<std::int64_t, std::int64_t> oldest_;  ///< of each conversation, what was shown
  TypingSign typing_;
  bool connected_ = false, ready_ = false, over_ = false;
  bool leaving_ = false;  ///< /quit was typed and waits for what is under way
};

}  // namespace im::imctl
