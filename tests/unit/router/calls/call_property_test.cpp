#include <map>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "tests/unit/router/calls/call_fixture.hpp"

namespace im::router {
namespace {

/// Random histories of one call: every command of every device, also wrong, doubled and late ones, and a clock that
/// jumps. What must always hold is looked at after each step.
class History : public CallFixture {
 public:
  /// `planted`: accepts without comparing who was first.
  History(unsigned seed, bool planted) : dice_(seed), planted_(planted) {}

  void run_all() {
    invite();
    for (int i = 0; i < 120; ++i) {
      step();
      look();
    }
    while (call.record.state != CallState::kEnded) {
      pass(times.longest);
      look();
    }
    look_at_the_end();
  }
  const std::set<std::string>& broken() const { return broken_; }

 private:
  static constexpr const char* kDevices[] = {"ann", "bob", "bob-2", "eve"};
  static std::int64_t uid_of(const std::string& key) { return key == "ann" ? kAnn : key == "eve" ? kEve : kBob; }
  int pick(int below) { return static_cast<int>(dice_() % static_cast<unsigned>(below)); }

  void step() {
    if (pick(6) == 0) return pass(pick(8) == 0 ? pick(40'000) - 20'000 : pick(4000));
    CallCommand next;
    if (!sent_.empty() && pick(5) == 0) {
      next = sent_[static_cast<std::size_t>(pick(static_cast<int>(sent_.size())))];  // doubled, or late
    } else {
      const std::string key = kDevices[pick(4)];
      next = command(static_cast<CallOp>(pick(static_cast<int>(kLastCallOp)) + 1), uid_of(key), key,
                     static_cast<std::uint32_t>(pick(4)));
      next.to = PartyId(static_cast<std::uint32_t>(pick(4)));
      next.to_user = Uid(pick(4));
      next.cseq = static_cast<std::uint32_t>(pick(6));
      next.pc_state = pick(2) == 0 ? "connected" : "disconnected";
      next.word = pick(3) == 0 ? "device" : "user";
      next.on = pick(2) == 0;
      if (const Party* party = find_party(call.record, next.party); party != nullptr && pick(2) == 0)
        next.token = party->token;
      sent_.push_back(next);
    }
    if (planted_ && next.op == CallOp::kAccept && call.record.state != CallState::kEnded) {
      call.record.answered_by = PartyId();
      call.record.state = CallState::kRinging;
      for (Callee& callee : call.record.callees) callee.done = false;
    }
    const CallAnswer answer = run(next);
    const bool takes = next.op == CallOp::kAccept || next.op == CallOp::kInvite;
    if (takes && answer.code == 0 && answer.party != PartyId() && uid_of(next.device.key) == kBob)
      winners_.insert(answer.party.value());  // a part may go to another device, by its token
    if (next.op == CallOp::kTakeOver && answer.code == 0) taken_over_ = true;
    if (pick(10) == 0) note_undelivered(call, PartyId(static_cast<std::uint32_t>(pick(4))), next.device, turn());
  }

  void look() {
    for (const auto& event : events()) {
      if (event->kind == CallEventKind::kEnded && event->to != PartyId()) ++ends_[event->to.value()];
      if (ended_ && event->kind != CallEventKind::kEnded) broken_.insert("an event after the end");
    }
    if (ended_ && call.record.state != CallState::kEnded) broken_.insert("ENDED is not final");
    if (ended_ && call.record.version != ended_version_) broken_.insert("a change after the end");
    if (call.record.state == CallState::kEnded && !ended_) {
      ended_ = true;
      ended_version_ = call.record.version;
    }
    if (winners_.size() > 1 && !taken_over_) broken_.insert("two winners");
    for (const auto& [party, times_ended] : ends_)
      if (times_ended > 1) broken_.insert("a party ended twice");
    if (ended_ && next_deadline(call.record, times) != call.record.forget_at)
      broken_.insert("a timer outlives its call");
  }

  void look_at_the_end() {
    for (const Party& party : call.record.parties)
      if (ends_[party.id.value()] != 1) broken_.insert("a party without its end");
    for (const Callee& callee : call.record.callees)
      if (!callee.done) broken_.insert("a device rings on");
    if (!is_forgotten(call.record, call.record.forget_at)) broken_.insert("it is never forgotten");
  }

  std::mt19937 dice_;
  const bool planted_;
  std::vector<CallCommand> sent_;
  std::map<std::uint32_t, int> ends_;
  std::set<std::uint32_t> winners_;
  std::set<std::string> broken_;
  bool ended_ = false, taken_over_ = false;
  std::uint64_t ended_version_ = 0;
};

TEST(CallProperties, AnyHistoryHasOneWinnerAndOneEndForEverybody) {
  for (unsigned seed = 1; seed <= 2000; ++seed) {
    History history(seed, false);
    history.run_all();
    ASSERT_TRUE(history.broken().empty()) << "seed " << seed << ": " << *history.broken().begin();
  }
}

TEST(CallProperties, AnAcceptThatComparesNothingIsFound) {
  std::set<std::string> found;
  for (unsigned seed = 1; seed <= 200; ++seed) {
    History history(seed, true);
    history.run_all();
    found.insert(history.broken().begin(), history.broken().end());
  }
  EXPECT_TRUE(found.contains("two winners"));
}

}  // namespace
}  // namespace im::router
