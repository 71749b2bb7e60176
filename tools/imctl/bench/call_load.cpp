#include "tools/imctl/bench/call_load.hpp"

#include <algorithm>
#include <utility>

namespace im::imctl {

namespace {

constexpr std::chrono::milliseconds kLoadStep{5};
constexpr std::chrono::milliseconds kLeftStep{250};
constexpr std::size_t kConnecting = 64;  ///< clients that are not there yet
constexpr std::chrono::seconds kSettle{10};

using State = CallPair::State;

double ms_of(Duration took) { return std::chrono::duration<double, std::milli>(took).count(); }
double s_of(Duration took) { return std::chrono::duration<double>(took).count(); }

/// What a call leaves behind while it is not over everywhere.
double held(const DaemonFigures& figures) {
  return figures.sum("router", "im_router_calls") + figures.sum("router", "im_router_events_waiting") +
         figures.sum("logic", "im_logic_requests_open") + figures.sum("logic", "im_logic_store_waiting") +
         figures.sum("logic", "im_logic_chat_work_waiting");
}

}  // namespace

CallLoad::CallLoad(boost::asio::io_context& context, CallLoadSettings settings, const std::vector<ChatUser>& users)
    : context_(context), timer_(context), settings_(std::move(settings)), random_(settings_.seed) {
  for (std::size_t i = 0; i + 1 < users.size(); i += 2) add_call(users[i].devices[0], users[i + 1].devices[0]);
}

CallLoad::~CallLoad() {
  for (Call& call : calls_) {
    call.caller->stop();
    call.callee->stop();
  }
}

void CallLoad::add_call(const ChatTokens& caller, const ChatTokens& callee) {
  const std::size_t index = calls_.size();
  const auto comet = [&](std::size_t at) { return settings_.comets[at % settings_.comets.size()]; };
  Call call;
  call.caller = std::make_unique<CallPeer>(context_, comet(index), caller.token, "bench");
  call.callee = std::make_unique<CallPeer>(context_, comet(index + 1), callee.token, "bench");
  call.pair = std::make_unique<CallPair>(*call.caller, *call.callee, [this](Duration took) {
    if (relayed_into_ != nullptr) relayed_into_->push_back(ms_of(took));
  });
  calls_.push_back(std::move(call));
}

void CallLoad::start(std::function<void(const std::string&)> said, std::function<void()> ended) {
  said_ = std::move(said);
  ended_ = std::move(ended);
  next("connecting " + std::to_string(2 * calls_.size()) + " clients", &CallLoad::connect);
  tick();
}

void CallLoad::next(const std::string& line, Step step, LoadPace pace) {
  said_(line);
  step_ = step;
  step_began_ = moved_ = monotonic_now();
  done_ = 0;
  pace_ = pace;
}

void CallLoad::tick() {
  tend();
  (this->*step_)();
  if (!ended_) return;
  timer_.expires_after(step_ == &CallLoad::look_what_is_left ? kLeftStep : kLoadStep);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) tick();
  });
}

/// True when the number of what is done has not grown for too long.
bool CallLoad::stands_still(std::size_t done) {
  if (done != done_) moved_ = monotonic_now();
  done_ = done;
  return monotonic_now() - moved_ > settings_.patience;
}

std::size_t CallLoad::count(State state) const {
  return static_cast<std::size_t>(
      std::count_if(calls_.begin(), calls_.end(), [state](const Call& call) { return call.pair->state() == state; }));
}

void CallLoad::connect() {
  std::size_t ready = 0;
  for (const Call& call : calls_) ready += (call.caller->ready() ? 1 : 0) + (call.callee->ready() ? 1 : 0);
  while (started_ < 2 * calls_.size() && started_ < ready + kConnecting) {
    Call& call = calls_[started_ / 2];
    (started_ % 2 == 0 ? call.caller : call.callee)->start();
    ++started_;
  }
  if (stands_still(ready)) throw Failure(std::to_string(2 * calls_.size() - ready) + " clients cannot connect");
  if (ready == 2 * calls_.size())
    next("control: " + std::to_string(settings_.control_calls) + " calls", &CallLoad::begin_control, calls_pace());
}

/// Begins calls at the rate, or as fast as they come up; true when none of them is being set up any more.
bool CallLoad::begin_up_to(std::size_t count_to) {
  const std::size_t until = std::min(count_to, begun_ + pace_.take(in_step(), count(State::kSettingUp)));
  for (; begun_ < until; ++begun_) {
    calls_[begun_].pair->invite();
    // Spread, so that reports do not come all at once.
    calls_[begun_].next_report = monotonic_now() + settings_.report * static_cast<int>(random_() % 1000) / 1000;
  }
  const std::size_t setting_up = count(State::kSettingUp);
  if (stands_still(begun_ - setting_up)) {
    for (Call& call : calls_)
      if (call.pair->state() == State::kSettingUp) call.pair->fail("no " + call.pair->step());
  }
  return begun_ == count_to && setting_up == 0;
}

void CallLoad::begin_control() {
  if (begin_up_to(settings_.control_calls))
    next("measuring the control", &CallLoad::measure_control, {settings_.control_rate, settings_.on_the_way});
}

/// Candidates of random calls and sides; true when the time is over and all have arrived, or never will.
bool CallLoad::relay(Duration length, std::size_t among, std::vector<double>& into) {
  relayed_into_ = &into;
  if (in_step() < length) {
    for (std::size_t left = pace_.take(in_step(), on_the_way()); left > 0; --left)
      calls_[random_() % among].pair->send_candidate(random_() % 2 == 0);
    pace_.leave_out();
    return false;
  }
  if (on_the_way() > 0 && in_step() < length + kSettle) return false;
  relayed_into_ = nullptr;
  left_out_ += pace_.left_out();
  return true;
}

std::size_t CallLoad::on_the_way() const {
  std::size_t sum = 0;
  for (const Call& call : calls_) sum += call.pair->state() == State::kUp ? call.pair->waiting() : 0;
  return sum;
}

void CallLoad::measure_control() {
  if (!relay(settings_.control_length, settings_.control_calls, control_ms_)) return;
  idle_ = figures();
  next("beginning all " + std::to_string(calls_.size()) + " calls", &CallLoad::begin_all, calls_pace());
}

void CallLoad::begin_all() {
  if (!begin_up_to(calls_.size())) return;
  up_ = figures();
  next("measuring " + std::to_string(count(State::kUp)) + " calls", &CallLoad::measure_all,
       {settings_.rate, settings_.on_the_way});
}

void CallLoad::measure_all() {
  if (!relay(settings_.length, calls_.size(), relay_ms_)) return;
  after_ = figures();
  next("hanging up", &CallLoad::hang_up, calls_pace());
}

void CallLoad::hang_up() {
  const std::size_t until = std::min(calls_.size(), hung_up_ + pace_.take(in_step(), count(State::kEnding)));
  for (; hung_up_ < until; ++hung_up_) calls_[hung_up_].pair->hang_up();
  const std::size_t ending = count(State::kEnding);
  if (stands_still(hung_up_ - ending)) {
    for (Call& call : calls_)
      if (call.pair->state() == State::kEnding) call.pair->fail("no " + call.pair->step());
  }
  if (hung_up_ == calls_.size() && ending == 0)
    next("waiting until the daemons have forgotten them", &CallLoad::look_what_is_left);
}

void CallLoad::look_what_is_left() {
  left_ = held(figures());
  left_after_s_ = s_of(in_step());
  if (left_ > 0 && in_step() < settings_.within) return;
  std::exchange(ended_, nullptr)();
}

void CallLoad::tend() {
  const TimePoint now = monotonic_now();
  for (std::size_t i = 0; i < begun_; ++i) {
    calls_[i].pair->tick();
    if (calls_[i].pair->state() != State::kUp || now < calls_[i].next_report) continue;
    calls_[i].next_report = now + settings_.report;
    calls_[i].pair->report();
  }
}

CallLoad::Totals CallLoad::totals() const {
  Totals totals;
  totals.left_out = left_out_;
  totals.ended = count(State::kEnded);
  totals.failed = count(State::kFailed);
  for (const Call& call : calls_) {
    const auto& counts = call.pair->counts();
    totals.up += call.pair->times().up > Duration{} ? 1 : 0;
    totals.candidates.sent += counts.sent;
    totals.candidates.relayed += counts.relayed;
    totals.candidates.refused += counts.refused;
    totals.candidates.repeated += counts.repeated;
    totals.candidates.asked_again += counts.asked_again;
    totals.lost += call.pair->waiting();
    if (!call.pair->why().empty()) ++totals.failures[call.pair->why()];
  }
  return totals;
}

std::vector<double> CallLoad::setup_ms() const {
  std::vector<double> times;
  for (const Call& call : calls_)
    if (call.pair->times().up > Duration{}) times.push_back(ms_of(call.pair->times().up));
  return times;
}

double CallLoad::bytes_per_call(const std::string& kind) const {
  const auto more = static_cast<double>(calls_.size() - settings_.control_calls);
  return (up_.resident(kind) - idle_.resident(kind)) / more;
}

double CallLoad::cpu_seconds(const std::string& kind) const { return after_.cpu_seconds(kind) - up_.cpu_seconds(kind); }

bool CallLoad::good() const {
  const Totals all = totals();
  return all.ended == calls_.size() && all.lost == 0 && all.candidates.refused == 0 && left_ == 0;
}

}  // namespace im::imctl
