#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <optional>
#include <string>

#include <boost/json/object.hpp>

#include "common/base/clock.hpp"

namespace im::chat_client {

/// Gets the answer, or {"ok":false,"code":0} when the request was given up without one.
using Answered = std::function<void(const boost::json::object& answer)>;

struct Request {
  boost::json::object body;  ///< with "cmd"
  Answered done{};
  /// Sent again until there is an answer: it does the same twice as once (reads; msg.send with its client_msg_id).
  /// False: given up when the connection is lost or the server asks to wait.
  bool keep = true;
};

/// Requests of one connection, one under way at a time: so they arrive in the order in which they were made, also
/// after a loss or a "wait". Pure: it says what to write and when.
class RequestQueue {
 public:
  struct Times {
    std::chrono::milliseconds answer{10000};  ///< without one the connection counts as dead
    std::chrono::milliseconds pause{500};     ///< before a refused request is repeated, when the answer does not say
  };
  explicit RequestQueue(Times times) : times_(times) {}

  /// False: too many wait; `done` is not called.
  bool add(Request request);
  /// The connection may carry requests from now on, the first one anew.
  void open() { open_ = true; }
  void lost();
  /// What to write now, with its number.
  struct Next {
    std::int32_t seq;
    std::string body;
  };
  std::optional<Next> next(TimePoint now);
  /// False: it answers nothing that is under way.
  bool answer(std::int32_t seq, const boost::json::object& answer, TimePoint now);
  /// The answer is missing for too long.
  bool overdue(TimePoint now) const { return under_way_ && now >= until_; }
  /// When next() or overdue() may change by itself.
  std::optional<TimePoint> due() const;
  std::size_t size() const { return queue_.size(); }

 private:
  Request take_first();

  Times times_;
  std::deque<Request> queue_;
  bool open_ = false;
  bool under_way_ = false;
  std::int32_t seq_ = 0;
  TimePoint until_;  ///< under way: of the answer; else not before this
};

}  // namespace im::chat_client
