#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "common/base/clock.hpp"
#include "common/chat_client/request_queue.hpp"

namespace im::imctl {

/// Reads that all have to be answered, one after the other. What is refused or not answered is asked again, of the next
/// device that may ask; all is given up only when nothing was read for a while: a slow machine is slow, not broken.
/// Pure: time is passed in. One thread.
class PatientReader {
 public:
  struct Read {
    std::string what;                  ///< for people
    std::vector<std::size_t> devices;  ///< who may ask, at least one
    boost::json::object body;
    /// False: it is not what was asked for. May add further reads.
    std::function<bool(const boost::json::object& answer)> take;
  };
  /// Has the device ask. The answer may come at once, later or never.
  using Ask = std::function<void(std::size_t device, chat_client::Request request)>;
  struct Times {
    std::chrono::milliseconds again{500};     ///< after an answer that was of no use
    std::chrono::milliseconds answer{15000};  ///< then another device is asked
    std::chrono::milliseconds quiet{60000};   ///< without an answer of use
  };
  PatientReader(Ask ask, Times times) : ask_(std::move(ask)), times_(times) {}

  void add(Read read) { reads_.push_back(std::move(read)); }
  /// Begins, repeats what is due, and gives up; to be called every now and then.
  void tick(TimePoint now);
  bool done() const { return reads_.empty(); }
  bool given_up() const { return given_up_; }
  /// What could not be read, and the last answer to it.
  std::string problem() const;

 private:
  void ask();
  void answered(std::uint64_t number, const boost::json::object& answer);

  Ask ask_;
  Times times_;
  std::deque<Read> reads_;
  std::uint64_t number_ = 0;  ///< of what was asked last; other answers say nothing
  std::size_t tries_ = 0;     ///< of the first read
  std::string last_;          ///< the last answer to it
  TimePoint now_, next_try_;
  TimePoint begun_;  ///< nothing was read since
  bool running_ = false, given_up_ = false;
};

}  // namespace im::imctl
