#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "common/client/address.hpp"
#include "common/client/backoff.hpp"
#include "common/client/frames.hpp"

/// A goim v2 client: connects, logs in, beats, hands out what arrives, comes back after every loss.
///
/// Threads: none of its own. All of it runs on the io_context given, which one thread runs; constructor, start(),
/// stop(), send() and the destructor belong to that thread (or before and after it runs), and callbacks come on it.
/// Errors: nothing throws. Every loss (refused, closed, not goim, no heartbeat answer) becomes Status{kWaiting, why,
/// wait} and, after the wait, a new attempt; who does not want that calls stop() in on_status. One loss is final: the
/// comet's close code 4002 (replaced or kicked; docs/protocol.md "Close reasons") becomes Status{kEnded, why}. TCP has
/// no close codes: there, the counts of Status are all there is to judge by.
/// Pushes sent while the client is away are lost, as in goim.
namespace im::client {

struct Config {
  Transport transport = Transport::kTcp;
  Address address;
  std::vector<Address> others;  ///< attempts go in turn to `address` and to these
  /// "http://.../goim/nodes/weighted": asked before each attempt instead of using `address`; its nodes are tried in
  /// turn and its heartbeat is used.
  std::string nodes_url;
  Identity identity;
  std::string token;  ///< not empty: sent instead of `identity`
  std::chrono::milliseconds heartbeat{
      60000};  ///< a beat that is not answered until the next one is due ends the connection
  std::chrono::milliseconds login_timeout{10000};
  Backoff::Rules backoff;
  std::chrono::milliseconds stable_after{5000};  ///< a connection that lived this long starts the backoff anew
};

enum class State : std::uint8_t { kConnecting, kConnected, kWaiting, kEnded };
/// There is no connection any more.
inline bool is_loss(State state) { return state == State::kWaiting || state == State::kEnded; }
const char* to_string(State state);

struct Status {
  State state = State::kConnecting;
  std::string address;                ///< of the comet; empty when the node list could not be had
  std::string why;                    ///< kWaiting, kEnded: what happened
  std::chrono::milliseconds wait{0};  ///< kWaiting: until the next attempt
  /// kWaiting: attempts in a row that the comet closed instead of an answer to the login. It refuses the token, or a
  /// limit is reached, or no logic answers it: it does not say which.
  int turned_away = 0;
  /// kWaiting: connections in a row that the comet closed within `stable_after` of their login, without a code. Two
  /// clients with one key look so over TCP.
  int cut_short = 0;
};

struct Message {
  std::int32_t op = 0;
  std::int32_t seq = 0;
  std::string_view body;  ///< valid during the callback
};

struct Handlers {
  std::function<void(const Status&)> on_status;
  /// Pushes and replies to send(); answers to login and heartbeats are kept.
  std::function<void(const Message&)> on_message;
};

class Client {
 public:
  Client(boost::asio::io_context& context, Config config, Handlers handlers);
  /// As stop().
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void start();
  /// For good. No callback comes after it; may be called in one.
  void stop();
  /// False when not connected, or when 1000 packets wait to be written.
  bool send(std::int32_t op, std::int32_t seq, std::string_view body);
  /// For the logins to come.
  void set_token(std::string token);
  /// Ends this connection, if there is one; another one is made as after a loss.
  void reconnect(std::string why);

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace im::client
