#include "tools/imctl/calls/call_test.hpp"

#include <utility>

namespace im::imctl {

namespace {

constexpr std::chrono::milliseconds kTestStep{2};
constexpr std::chrono::milliseconds kTestPause{50};  ///< a party may ask 30 times a second
constexpr std::chrono::seconds kToHangUp{3};

}  // namespace

CallTest::CallTest(boost::asio::io_context& context, const CallTestSettings& settings)
    : timer_(context),
      settings_(settings),
      caller_(context, settings.caller_comet, settings.caller_token, "call-test-caller"),
      callee_(context, settings.callee_comet, settings.callee_token, "call-test-callee"),
      pair_(caller_, callee_,
            [this](Duration took) { relay_ms_.push_back(std::chrono::duration<double, std::milli>(took).count()); }) {}

CallTest::~CallTest() {
  caller_.stop();
  callee_.stop();
}

void CallTest::start(std::function<void()> ended) {
  ended_ = std::move(ended);
  deadline_ = monotonic_now() + settings_.timeout;
  caller_.start();
  callee_.start();
  tick();
}

void CallTest::tick() {
  go_on();
  if (!ended_) return;
  timer_.expires_after(kTestStep);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) tick();
  });
}

void CallTest::go_on() {
  using State = CallPair::State;
  pair_.tick();
  if (!failure_.empty()) {
    if (pair_.let_go() || monotonic_now() >= let_go_until_) end();
    return;
  }
  if (pair_.state() == State::kFailed) return fail(pair_.why());
  if (pair_.state() == State::kEnded) return end();
  for (const CallPeer* peer : {&caller_, &callee_})
    if (peer->out_of_reach()) return out_of_reach(*peer);
  if (monotonic_now() >= deadline_)
    return fail("not done within " + std::to_string(settings_.timeout.count()) + " s: waiting for " + waits_for());
  if (pair_.state() == State::kIdle && caller_.ready() && callee_.ready()) pair_.invite();
  if (pair_.state() == State::kUp) send_candidates();
}

void CallTest::send_candidates() {
  const auto& counts = pair_.counts();
  if (counts.refused > 0) return fail("a candidate was refused");
  if (counts.sent < 2 * settings_.candidates) {
    if (monotonic_now() < next_candidates_) return;
    next_candidates_ = monotonic_now() + kTestPause;
    pair_.send_candidate(true);
    pair_.send_candidate(false);
  } else if (pair_.waiting() == 0) {
    pair_.hang_up();
  }
}

std::string CallTest::waits_for() const {
  for (const CallPeer* peer : {&caller_, &callee_})
    if (!peer->ready())
      return "comet at " + peer->comet() + (peer->problem().empty() ? "" : " (" + peer->problem() + ")");
  if (pair_.state() == CallPair::State::kUp) return std::to_string(pair_.waiting()) + " candidates";
  return pair_.step();
}

/// Nobody waits for a comet that is not there: the address may be wrong.
void CallTest::out_of_reach(const CallPeer& peer) {
  unreachable_ = true;
  fail("cannot reach the comet at " + peer.comet() + ": " + peer.problem() +
       "; --comets names one that is there, the same for both when there is one");
}

void CallTest::fail(const std::string& failure) {
  if (!failure_.empty() || !ended_) return;
  failure_ = failure;
  let_go_until_ = monotonic_now() + kToHangUp;
  pair_.fail(failure);
}

void CallTest::end() {
  caller_.stop();
  callee_.stop();
  std::exchange(ended_, nullptr)();
}

}  // namespace im::imctl
