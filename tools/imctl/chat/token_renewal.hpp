#pragma once

#include <functional>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "tools/imctl/chat/chat_account.hpp"

namespace im::imctl {

/// Keeps the token of one device fresh (docs/accounts.md). On the context's thread.
class TokenRenewal {
 public:
  struct Told {
    std::function<void()> fresh;                          ///< tokens() are new ones
    std::function<void(const std::string& why)> refused;  ///< the device has ended, or the token is not taken
  };
  TokenRenewal(boost::asio::io_context& context, std::string server, ChatTokens tokens, Told told);

  const ChatTokens& tokens() const { return tokens_; }
  /// Before the token runs out.
  void in_time();
  /// Where there is nothing to renew with: asks the server whether it takes the token as it is.
  void now();
  void stop();

 private:
  void later(std::chrono::seconds wait);
  void call(client::HttpCall call, void (TokenRenewal::*then)(const Result<ChatTokens>&));
  void checked(const Result<ChatTokens>& answer);
  void came(const Result<ChatTokens>& tokens);

  boost::asio::io_context& context_;
  boost::asio::steady_timer timer_;
  std::string server_;
  ChatTokens tokens_;
  Told told_;
  bool asking_ = false, stopped_ = false;
};

}  // namespace im::imctl
