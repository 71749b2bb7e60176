#pragma once

#include <array>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "common/base/slot.hpp"
#include "router/calls/call_machine.hpp"
#include "router/calls/call_rebuild.hpp"
#include "router/slots/slot_board.hpp"
#include "router/slots/slot_event.hpp"
#include "router/slots/slot_journal.hpp"

namespace im::router {

inline std::size_t slot_of_call(CallId call) { return call.value() % kSlots; }

struct CallOptions {
  CallTimes times;
  CallLimits limits;
  bool rebuild = false;           ///< there is no store: calls come back by what their parties say
  std::size_t max_calls = 20000;  ///< live and just ended ones; one more is refused
};

/// All calls of the slots that are ours. Any thread; the clock is passed in.
class CallRegistry final : public SlotBoard {
 public:
  CallRegistry(const CallOptions& options, SlotJournal& journal, std::function<std::uint64_t()> random);
  /// Who hears of calls that a timer changed, or whose events nobody confirmed. Before the first call.
  void tell(ChangeListener& listener) { listener_ = &listener; }

  struct Outcome {
    bool owned = true;
    CallAnswer answer;
    std::optional<CallRecord> record;     ///< none: there is no such call
    std::vector<SharedCallEvent> events;  ///< for the asker to deliver
    bool changed = false;                 ///< the record was handed to the journal
  };
  /// `call` 0: the live call of `scope`, which INVITE and JOIN begin when there is none.
  Outcome apply(CallId call, const std::string& scope, const CallCommand& command, CallMs now);

  struct Settled {
    std::uint64_t number = 0;
    bool arrived = false;
    CallDevice route;
  };
  /// False: not ours.
  bool settle(CallId call, const std::vector<Settled>& events, bool logged, CallMs now);

  /// What a slot event says: the record and the events that wait for delivery. None: it is gone.
  Outcome told(CallId call, CallMs now);
  /// Calls of a slot with something to tell.
  std::vector<CallId> untold(std::size_t slot) const;
  /// Timers, and what was not confirmed. Some ten times a second.
  void tick(CallMs now);

  void load(std::size_t slot, const SlotFields& fields) override;
  void own(std::size_t slot, std::uint64_t epoch) override;
  void disown(std::size_t slot) override;
  std::vector<SlotWrite> dump(std::size_t slot) override;

  struct Figures {
    std::size_t calls = 0;
    std::uint64_t begun = 0, ended = 0, refused = 0, relayed = 0, rebuilt = 0, repeated = 0, dropped = 0;
  };
  Figures figures() const;

 private:
  Call* find(CallId id, const std::string& scope);
  Call* begin(const std::string& scope, std::size_t slot, const CallCommand& command, CallMs now, CallAnswer& answer);
  std::optional<CallClaims> claims_to_rebuild(CallId id, const Call* call, const CallCommand& command,
                                              CallMs now) const;
  Call* rebuild(CallId id, Call* call, const CallClaims& claims, const CallCommand& command, CallMs now);
  CallTurn turn(CallMs now) const { return {options_.times, options_.limits, random_, now}; }
  bool write(Call& call, CallMs now);
  void stir(const Call& call);
  void forget(CallId id);
  void tick_one(CallId id, CallMs now);

  const CallOptions options_;
  SlotJournal& journal_;
  const std::function<std::uint64_t()> random_;
  ChangeListener* listener_ = nullptr;
  mutable std::mutex mutex_;
  SlotSet owned_;
  std::unordered_map<CallId, Call> calls_;
  std::unordered_map<std::string, CallId> by_scope_;  ///< the newest of each, also when it has ended
  std::multimap<CallMs, CallId> due_;                 ///< may name a call too early, never too late
  std::unordered_map<CallId, CallMs> planned_;        ///< the entry of due_ that counts
  Figures figures_;
};

}  // namespace im::router
