#pragma once

#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "common/base/clock.hpp"
#include "tools/imctl/calls/call_peer.hpp"

namespace im::imctl {

/// A call of two without media: caller and callee with all the signalling that a call has (docs/calls.md). The callee
/// accepts at once. What is told twice counts once. On the thread of the peers.
class CallPair {
 public:
  enum class State : std::uint8_t { kIdle, kSettingUp, kUp, kEnding, kEnded, kFailed };
  struct Counts {
    std::uint64_t sent = 0, relayed = 0, refused = 0, repeated = 0;  ///< candidates
    std::uint64_t asked_again = 0;                                   ///< requests that were answered 4503
  };
  /// From the invite on.
  struct Times {
    Duration ring{};    ///< the callee hears call.incoming
    Duration accept{};  ///< the caller hears call.accepted
    Duration answer{};  ///< the caller has the callee's description
    Duration up{};      ///< both have said that they are connected
  };
  using Relayed = std::function<void(Duration)>;

  /// The peers outlive it.
  CallPair(CallPeer& caller, CallPeer& callee, Relayed relayed);
  CallPair(const CallPair&) = delete;
  CallPair& operator=(const CallPair&) = delete;

  void invite();
  /// One candidate to the other side; the time until it is there goes to `relayed`. While the call is up.
  void send_candidate(bool from_caller);
  /// Of both sides; not of one whose last report has no answer.
  void report();
  void hang_up();
  /// Sends again what was answered "later" (4503), with its old number. Some hundred times a second.
  void tick();

  State state() const { return state_; }
  const std::string& why() const { return why_; }    ///< kFailed: what went wrong
  const std::string& step() const { return step_; }  ///< what is waited for
  const std::string& call_id() const { return call_id_; }
  const Counts& counts() const { return counts_; }
  const Times& times() const { return times_; }
  std::size_t waiting() const { return sent_.size(); }  ///< candidates that have not arrived
  std::size_t ice_urls() const { return ice_urls_; }    ///< STUN and TURN servers the caller was given
  void fail(const std::string& why);
  /// Ends what there still is of a call that failed, from the side that has a connection. Asked again until it says
  /// true: nothing is left to end, as far as this side can tell. tick() goes on meanwhile.
  bool let_go();

 private:
  struct Side {
    CallPeer& peer;
    const char* name;
    std::string party{};
    std::int64_t cseq = 0;
    std::uint64_t candidates = 0;
    bool ended = false;
    bool reporting = false;
  };

  using Answered = std::function<void(const boost::json::object&)>;
  struct Later {
    Side* side;
    boost::json::object body;
    Answered done;
    TimePoint at;
  };

  void on_event(Side& side, const boost::json::object& event);
  void on_invited(const boost::json::object& answer);
  void on_incoming(const boost::json::object& event);
  void on_description(Side& side);
  void on_candidate(const boost::json::object& event);
  void on_ended(Side& side, const boost::json::object& event);
  void go_on();
  void describe(Side& from, const Side& to, const char* type);
  void connected(Side& side);
  void leave(Side& side);
  boost::json::object request(const char* command, Side& side) const;
  boost::json::object relay(const char* command, Side& from, const Side& to) const;
  /// `done` gets every answer but "later"; ask_well() fails the call when it is a refusal.
  void ask(Side& side, const boost::json::object& body, Answered done);
  void ask_well(Side& side, const boost::json::object& body, Answered done);
  void fail_of(const Side& side, const std::string& command, const boost::json::object& answer);
  Duration since_invite() const { return monotonic_now() - invited_; }

  Side caller_, callee_;
  const Relayed relayed_;
  State state_ = State::kIdle;
  std::string step_, why_, call_id_;
  bool inviting_ = false;                ///< call.invite has no answer yet: there may be a call without a number
  bool leaving_ = false, left_ = false;  ///< let_go() has asked; it was answered
  bool accepting_ = false, accepted_ = false, offered_ = false, offer_came_ = false, answered_ = false,
       answer_came_ = false;
  int connected_ = 0;
  TimePoint invited_{};
  Times times_;
  Counts counts_;
  std::uint64_t next_candidate_ = 0;
  std::size_t ice_urls_ = 0;
  std::unordered_map<std::string, TimePoint> sent_;
  std::vector<Later> later_;
};

}  // namespace im::imctl
