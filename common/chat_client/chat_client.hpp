#pragma once

#include <memory>
#include <string>

#include "common/chat_client/chat_core.hpp"
#include "common/client/client.hpp"

namespace im::chat_client {

/// A chat client over a connection that comes back after every loss (client::Client): the core with its socket and its
/// clock.
///
/// Threads: as client::Client, all of it on the thread that runs the io_context.
class ChatClient {
 public:
  struct Config {
    client::Config connection;  ///< `token`: the access token (docs/accounts.md)
    ChatCore::Config chat;
  };
  struct Handlers {
    std::function<void(const Row&)> row;
    std::function<void(const Row&)> heard{};
    std::function<void()> reset{};
    std::function<void(const boost::json::object&)> event{};
    std::function<void(const boost::json::object&)> ready{};
    std::function<void(const client::Status&)> status{};
  };
  ChatClient(boost::asio::io_context& context, Config config, Handlers handlers);
  ~ChatClient();
  ChatClient(const ChatClient&) = delete;
  ChatClient& operator=(const ChatClient&) = delete;

  void start();
  /// For good. No callback comes after it; may be called in one.
  void stop();
  /// For this connection and those that come.
  void renew(const std::string& token);
  /// Ends this connection; another one is made.
  void reconnect(const std::string& why);

  /// As ChatCore's.
  bool request(Request request);
  bool send(boost::json::object to, std::string_view text, std::string_view key, Answered done);
  /// Asks for what is newer, although nobody told.
  void look();
  void begin(const std::string& epoch, const boost::json::object& marks);
  const ChatSync& sync() const;
  std::int64_t uid() const;
  std::size_t waiting() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace im::chat_client
