#pragma once

#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "tools/imctl/calls/call_pair.hpp"

namespace im::imctl {

struct CallTestSettings {
  client::Address caller_comet, callee_comet;
  std::string caller_token, callee_token;
  std::uint64_t candidates = 50;  ///< each way
  std::chrono::seconds timeout{30};
};

/// One call of two without media, from the connection to the end; measured by one clock, that of this process.
class CallTest {
 public:
  CallTest(boost::asio::io_context& context, const CallTestSettings& settings);
  ~CallTest();

  /// `ended` is called once: it is over, or has failed, or took too long.
  void start(std::function<void()> ended);
  /// Ends it before its time; the call is hung up first.
  void interrupt() { fail("stopped"); }
  /// Why it failed; empty: it did not.
  const std::string& failure() const { return failure_; }
  /// It failed before anything was asked: a comet is not there.
  bool unreachable() const { return unreachable_; }
  const CallPair& pair() const { return pair_; }
  const CallPeer& caller() const { return caller_; }
  const CallPeer& callee() const { return callee_; }
  const std::vector<double>& relay_ms() const { return relay_ms_; }

 private:
  void tick();
  void go_on();
  void send_candidates();
  /// `ended` comes when the call is hung up, or cannot be.
  void fail(const std::string& failure);
  void end();
  std::string waits_for() const;
  void out_of_reach(const CallPeer& peer);

  boost::asio::steady_timer timer_;
  const CallTestSettings settings_;
  CallPeer caller_, callee_;
  std::vector<double> relay_ms_;
  CallPair pair_;
  std::function<void()> ended_;
  std::string failure_;
  bool unreachable_ = false;
  TimePoint deadline_, next_candidates_, let_go_until_;
};

}  // namespace im::imctl
