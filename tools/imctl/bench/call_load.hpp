#pragma once

#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "tools/imctl/bench/chat_users.hpp"
#include "tools/imctl/bench/daemon_figures.hpp"
#include "tools/imctl/bench/load_pace.hpp"
#include "tools/imctl/calls/call_pair.hpp"

namespace im::imctl {

struct CallLoadSettings {
  std::vector<client::Address> comets;  ///< callers take them in turn, each callee the one after its caller's
  std::vector<std::string> ops;         ///< of the daemons to read; may be empty
  std::size_t calls = 200;
  std::size_t control_calls = 8;  ///< of them: those that are measured before the others begin
  double begin_rate = 50;         ///< calls per second that begin, and that end, at most
  std::size_t at_once = 64;       ///< calls that are being set up or ended; the others wait
  double rate = 500;              ///< candidates per second, over all calls, at most
  std::size_t on_the_way = 500;   ///< candidates that have not arrived; those that are due beyond are left out
  double control_rate = 50;
  std::chrono::seconds length{20}, control_length{10};
  std::chrono::seconds report{10};    ///< how often each party reports
  std::chrono::seconds within{65};    ///< after the last call ended nothing of it may be left
  std::chrono::seconds patience{60};  ///< for a step in which nothing moves
  std::uint64_t seed = 1;
};

/// Many calls of two at once, without media: a few alone, as the control, then all of them; then their end, and what
/// the daemons keep of them. One thread, that of the context.
class CallLoad {
 public:
  CallLoad(boost::asio::io_context& context, CallLoadSettings settings, const std::vector<ChatUser>& users);
  ~CallLoad();

  /// `said` gets a line for each step; `ended` is called once.
  void start(std::function<void(const std::string&)> said, std::function<void()> ended);

  struct Totals {
    std::size_t up = 0, ended = 0, failed = 0;  ///< calls
    CallPair::Counts candidates;
    std::uint64_t lost = 0;                       ///< candidates that never arrived
    std::uint64_t left_out = 0;                   ///< candidates that were due while too many were on their way
    std::map<std::string, std::size_t> failures;  ///< of calls, by reason
  };
  Totals totals() const;
  const std::vector<double>& control_ms() const { return control_ms_; }
  const std::vector<double>& relay_ms() const { return relay_ms_; }
  std::vector<double> setup_ms() const;
  /// Resident bytes of a kind of daemon that a call costs while it is up.
  double bytes_per_call(const std::string& kind) const;
  /// Seconds of CPU of a kind of daemon while candidates went through all calls.
  double cpu_seconds(const std::string& kind) const;
  /// Gauges of calls and of what waits for them, at the end of it all; 0 when nothing is left.
  double left() const { return left_; }
  double left_after_s() const { return left_after_s_; }
  bool good() const;

 private:
  struct Call {
    std::unique_ptr<CallPeer> caller, callee;
    std::unique_ptr<CallPair> pair;
    TimePoint next_report;
  };
  using Step = void (CallLoad::*)();

  void add_call(const ChatTokens& caller, const ChatTokens& callee);
  void next(const std::string& line, Step step, LoadPace pace = {});
  void tick();
  void connect();
  void begin_control();
  void measure_control();
  void begin_all();
  void measure_all();
  void hang_up();
  void look_what_is_left();
  bool begin_up_to(std::size_t count);
  bool relay(Duration length, std::size_t among, std::vector<double>& into);
  std::size_t on_the_way() const;
  void tend();  ///< reports that are due, requests that were put off
  bool stands_still(std::size_t done);
  std::size_t count(CallPair::State state) const;
  LoadPace calls_pace() const { return {settings_.begin_rate, settings_.at_once}; }
  Duration in_step() const { return monotonic_now() - step_began_; }
  DaemonFigures figures() const { return DaemonFigures::read(settings_.ops); }

  boost::asio::io_context& context_;
  boost::asio::steady_timer timer_;
  const CallLoadSettings settings_;
  std::mt19937_64 random_;
  std::vector<Call> calls_;
  std::function<void(const std::string&)> said_;
  std::function<void()> ended_;
  Step step_ = nullptr;
  TimePoint step_began_, moved_;
  LoadPace pace_;  ///< of the step
  std::size_t begun_ = 0, hung_up_ = 0, started_ = 0, done_ = 0;
  std::uint64_t left_out_ = 0;
  std::vector<double> control_ms_, relay_ms_;
  std::vector<double>* relayed_into_ = nullptr;
  DaemonFigures idle_, up_, after_;
  double left_ = 0, left_after_s_ = 0;
};

}  // namespace im::imctl
