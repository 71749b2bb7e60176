#include "tools/imctl/calls/call_pair.hpp"

#include <algorithm>
#include <utility>

#include <boost/json/array.hpp>

#include "common/chat_client/row.hpp"
#include "tools/imctl/chat/chat_request.hpp"

namespace im::imctl {

namespace json = boost::json;
using chat_client::flag_of;
using chat_client::number_of;
using chat_client::text_of;

namespace {

constexpr std::uint64_t kOfOneNegotiation = 100;  ///< candidates; more are refused
constexpr std::int64_t kLaterCode = 4503, kLaterMs = 200, kMostLaterMs = 5000;

/// As long as one that carries audio: what it costs depends on its length.
const std::string& description_text() {
  static const std::string text = [] {
    std::string made = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n";
    while (made.size() < 2000) made += "a=rtpmap:111 opus/48000/2\r\n";
    return made;
  }();
  return text;
}

std::size_t urls_in(const json::object& answer) {
  const json::value* ice = answer.if_contains("ice");
  const json::value* servers = ice && ice->is_object() ? ice->get_object().if_contains("iceServers") : nullptr;
  std::size_t count = 0;
  if (servers == nullptr || !servers->is_array()) return 0;
  for (const json::value& server : servers->get_array()) {
    const json::value* urls = server.is_object() ? server.get_object().if_contains("urls") : nullptr;
    if (urls != nullptr && urls->is_array()) count += urls->get_array().size();
  }
  return count;
}

}  // namespace

CallPair::CallPair(CallPeer& caller, CallPeer& callee, Relayed relayed)
    : caller_{caller, "caller"}, callee_{callee, "callee"}, relayed_(std::move(relayed)) {
  for (Side* side : {&caller_, &callee_}) {
    side->peer.listen({[this, side](const json::object& event) { on_event(*side, event); },
                       [this, side](const std::string& why) {
                         fail(std::string("the ") + side->name + " lost its connection: " + why);
                       }});
  }
}

void CallPair::fail(const std::string& why) {
  if (state_ == State::kIdle || state_ == State::kEnded || state_ == State::kFailed) return;
  state_ = State::kFailed;
  why_ = why;
}

void CallPair::ask(Side& side, const json::object& body, Answered done) {
  side.peer.ask(body, [this, &side, body, done = std::move(done)](const json::object& answer) {
    if (number_of(answer, "code") != kLaterCode) return done(answer);
    ++counts_.asked_again;
    const std::int64_t wait = std::clamp<std::int64_t>(number_of(answer, "retry_ms", kLaterMs), 1, kMostLaterMs);
    later_.push_back({&side, body, done, monotonic_now() + std::chrono::milliseconds(wait)});
  });
}

void CallPair::tick() {
  if (later_.empty()) return;
  std::vector<Later> all = std::exchange(later_, {});
  for (Later& one : all) {
    if (one.at > monotonic_now()) {
      later_.push_back(std::move(one));
    } else {
      ask(*one.side, one.body, std::move(one.done));
    }
  }
}

void CallPair::ask_well(Side& side, const json::object& body, Answered done) {
  ask(side, body, [this, &side, command = text_of(body, "cmd"), done = std::move(done)](const json::object& answer) {
    if (flag_of(answer, "ok")) return done(answer);
    if (state_ == State::kEnding && command != "call.hangup") return;  // it crossed the end
    fail_of(side, command, answer);
  });
}

void CallPair::fail_of(const Side& side, const std::string& command, const json::object& answer) {
  fail(command + " of the " + side.name + " was refused: " + std::to_string(number_of(answer, "code")) + " " +
       text_of(answer, "error"));
}

json::object CallPair::request(const char* command, Side& side) const {
  return {{"cmd", command}, {"call_id", call_id_}, {"party_id", side.party}, {"cseq", ++side.cseq}};
}

json::object CallPair::relay(const char* command, Side& from, const Side& to) const {
  json::object body = request(command, from);
  body["to_party"] = to.party;
  body["pc"] = "p2p";
  body["neg"] = 1 + from.candidates / kOfOneNegotiation;
  return body;
}

void CallPair::invite() {
  state_ = State::kSettingUp;
  step_ = "an answer to call.invite";
  invited_ = monotonic_now();
  json::object body{{"cmd", "call.invite"}, {"client_call_id", new_key()}, {"kind", "audio"}};
  body["callee"] = json::array{callee_.peer.uid()};
  body["caps"] = json::array{"opus"};
  inviting_ = true;
  ask(caller_, body, [this](const json::object& answer) {
    inviting_ = false;
    if (flag_of(answer, "ok")) return on_invited(answer);
    fail_of(caller_, "call.invite", answer);
  });
}

void CallPair::on_invited(const json::object& answer) {
  call_id_ = text_of(answer, "call_id");
  caller_.party = text_of(answer, "party_id");
  ice_urls_ = urls_in(answer);
  if (state_ != State::kSettingUp) return;  // it failed meanwhile; let_go() wants to know its number
  if (caller_.ended) return fail("the call ended before call.invite was answered");
  if (!accepting_) step_ = "call.incoming at the callee";
  go_on();
}

void CallPair::on_event(Side& side, const json::object& event) {
  if (state_ == State::kIdle || state_ == State::kFailed) return;
  const std::string command = text_of(event, "cmd");
  if (command == "call.incoming" && &side == &callee_) return on_incoming(event);
  if (!call_id_.empty() && text_of(event, "call_id") != call_id_) return;
  if (command == "call.accepted" && &side == &caller_ && !std::exchange(accepted_, true)) {
    times_.accept = since_invite();
    callee_.party = text_of(event, "peer_party");
    go_on();
  } else if (command == "call.sdp") {
    on_description(side);
  } else if (command == "call.ice") {
    on_candidate(event);
  } else if (command == "call.ended") {
    on_ended(side, event);
  }
}

void CallPair::on_incoming(const json::object& event) {
  if (number_of(event, "from") != caller_.peer.uid() || std::exchange(accepting_, true)) return;
  times_.ring = since_invite();
  step_ = "an answer to call.accept";
  json::object body{{"cmd", "call.accept"}, {"call_id", text_of(event, "call_id")}};
  body["caps"] = json::array{"opus"};
  callee_.peer.ask({{"cmd", "call.ringing"}, {"call_id", text_of(event, "call_id")}}, nullptr);
  ask_well(callee_, body, [this](const json::object& answer) {
    step_ = "descriptions";
    callee_.party = text_of(answer, "party_id");
    go_on();
  });
}

/// Answers and events come in any order, so each step looks whether it has what it needs.
void CallPair::go_on() {
  if (!caller_.party.empty() && accepted_ && !std::exchange(offered_, true)) describe(caller_, callee_, "offer");
  if (!callee_.party.empty() && !caller_.party.empty() && offer_came_ && !std::exchange(answered_, true)) {
    describe(callee_, caller_, "answer");
    connected(callee_);
  }
  if (answer_came_ && times_.answer == Duration{}) {
    times_.answer = since_invite();
    connected(caller_);
  }
}

void CallPair::describe(Side& from, const Side& to, const char* type) {
  json::object body = relay("call.sdp", from, to);
  body["description"] = json::object{{"type", type}, {"sdp", description_text()}};
  ask_well(from, body, [](const json::object&) {});
}

void CallPair::on_description(Side& side) {
  (&side == &callee_ ? offer_came_ : answer_came_) = true;
  go_on();
}

void CallPair::connected(Side& side) {
  json::object body = request("call.report", side);
  body["pc_state"] = "connected";
  body["ever_connected"] = true;
  body["inbound_ok"] = true;
  ask_well(side, body, [this](const json::object&) {
    step_ = "the reports of both";
    if (++connected_ < 2 || state_ != State::kSettingUp) return;
    times_.up = since_invite();
    state_ = State::kUp;
  });
}

void CallPair::report() {
  if (state_ != State::kUp) return;
  for (Side* side : {&caller_, &callee_}) {
    if (std::exchange(side->reporting, true)) continue;
    json::object body = request("call.report", *side);
    body["pc_state"] = "connected";
    body["inbound_ok"] = true;
    ask_well(*side, body, [side](const json::object&) { side->reporting = false; });
  }
}

void CallPair::send_candidate(bool from_caller) {
  if (state_ != State::kUp) return;
  Side& from = from_caller ? caller_ : callee_;
  const std::string number = std::to_string(++next_candidate_);
  json::object body = relay("call.ice", from, from_caller ? callee_ : caller_);
  body["ufrag"] = number;
  body["candidates"] = json::array{json::object{{"candidate",
                                                 "candidate:842163049 1 udp 1677729535 192.0.2.1 54555 typ srflx raddr "
                                                 "10.0.0.1 rport 54555 generation 0 network-cost 999"},
                                                {"mid", "0"},
                                                {"mline", 0}}};
  body["end"] = false;
  ++from.candidates;
  ++counts_.sent;
  sent_.emplace(number, monotonic_now());
  ask(from, body, [this, number](const json::object& answer) {
    if (flag_of(answer, "ok")) return;
    ++counts_.refused;
    sent_.erase(number);
  });
}

void CallPair::on_candidate(const json::object& event) {
  const auto found = sent_.find(text_of(event, "ufrag"));
  if (found == sent_.end()) {
    ++counts_.repeated;
    return;
  }
  ++counts_.relayed;
  if (relayed_) relayed_(monotonic_now() - found->second);
  sent_.erase(found);
}

void CallPair::hang_up() {
  if (state_ != State::kUp) return;
  state_ = State::kEnding;
  step_ = "call.ended at both";
  json::object body = request("call.hangup", caller_);
  body["reason"] = "hangup";
  ask_well(caller_, body, [](const json::object&) {});
}

bool CallPair::let_go() {
  if (left_ || state_ == State::kEnded || (caller_.ended && callee_.ended)) return true;
  if (inviting_ && caller_.peer.ready()) return false;
  if (call_id_.empty()) return true;
  if (std::exchange(leaving_, true)) return false;
  if (caller_.peer.ready()) {
    leave(caller_);
  } else if (callee_.peer.ready()) {
    leave(callee_);
  } else {
    leaving_ = false;  // one of them may come back
  }
  return false;
}

void CallPair::leave(Side& side) {
  const bool ringing = !accepted_ && callee_.party.empty();
  const char* command = !ringing ? "call.hangup" : &side == &caller_ ? "call.cancel" : "call.reject";
  json::object body = request(command, side);
  if (!ringing) body["reason"] = "hangup";
  if (side.party.empty()) body.erase("party_id");
  ask(side, body, [this](const json::object&) { left_ = true; });
}

void CallPair::on_ended(Side& side, const json::object& event) {
  side.ended = true;
  if (call_id_.empty()) return;  // the answer to the invite says why
  if (state_ != State::kEnding) return fail("the call ended: " + text_of(event, "reason"));
  if (caller_.ended && callee_.ended) state_ = State::kEnded;
}

}  // namespace im::imctl
