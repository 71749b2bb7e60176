#pragma once

#include <functional>
#include <string>
#include <unordered_map>

#include <boost/json/object.hpp>

#include "common/client/client.hpp"

namespace im::imctl {

/// A device that takes part in calls, without media: hello, requests and their answers, events. Its connection comes
/// back after a loss; a call it was in is not resumed. On the context's thread.
class CallPeer {
 public:
  struct Handlers {
    std::function<void(const boost::json::object&)> event;
    std::function<void(const std::string& why)> lost;  ///< it was ready; requests under way are forgotten
  };
  using Answered = std::function<void(const boost::json::object&)>;

  CallPeer(boost::asio::io_context& context, client::Address comet, std::string token, std::string device);
  void listen(Handlers handlers) { handlers_ = std::move(handlers); }

  void start() { link_.start(); }
  void stop() { link_.stop(); }
  /// `body` with "cmd". `done` gets the answer; it is dropped when the connection is lost.
  void ask(const boost::json::object& body, Answered done);

  bool ready() const { return uid_ > 0 && greeted_; }
  std::int64_t uid() const { return uid_; }
  const std::string& comet() const { return comet_; }
  /// Why there is no connection, as far as it is known.
  const std::string& problem() const { return problem_; }
  /// No attempt so far came as far as a connection.
  bool out_of_reach() const { return !reached_ && !problem_.empty(); }

 private:
  void on_status(const client::Status& status);
  void on_message(const client::Message& message);
  void on_hello(const boost::json::object& answer);

  const std::string device_;
  Handlers handlers_;
  std::string comet_, problem_;
  std::unordered_map<std::int32_t, Answered> asked_;
  std::int32_t seq_ = 0;
  std::int64_t uid_ = 0;
  bool greeted_ = false, reached_ = false;
  client::Client link_;
};

}  // namespace im::imctl
