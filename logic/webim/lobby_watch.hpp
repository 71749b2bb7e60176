#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <vector>

#include "common/base/blocking_pool.hpp"
#include "common/base/repeat.hpp"
#include "logic/events/slot_event.hpp"
#include "logic/webim/arrivals.hpp"
#include "logic/webim/lobby_voice.hpp"
#include "logic/webim/page_calls.hpp"
#include "logic/webim/people.hpp"
#include "logic/webim/room_voice.hpp"
#include "logic/webim/stay_round.hpp"

namespace im::logic::webim {

/// Who comes into the lobby and who goes, there and in rooms of the room demo, from what routers tell of sessions: so a
/// page is announced once, and one whose comet was killed goes like all others. A slot that is told from the beginning
/// shows who went while nobody looked.
class LobbyWatch final : public SlotEventSink {
 public:
  struct Stats {
    std::atomic<std::uint64_t> came{0}, went{0}, failed{0};
  };
  struct Uses {
    People& people;
    LobbyVoice& voice;
    Arrivals& arrivals;
    RoomVoice& rooms;
    PageCalls& calls;
    StayCheck& stays;
    StayRound& round;
    BlockingPool& pool;
  };
  explicit LobbyWatch(Uses uses) : uses_(uses) {}

  void handle(const std::vector<SlotEvent>& events, std::function<void()> done) override;
  /// They have gone, though no router will say so again. Who has begun another stay since stays. Any thread.
  void gone(const std::vector<Stay>& stays);
  /// They are online: whoever the others have not heard of has come. Any thread.
  void there(const std::vector<Stay>& stays);
  /// Has those looked for whose grace is over, and rooms told what they are owed.
  void sweep();
  /// Tells what could not be told before: pushes are refused while a cluster begins anew. Any thread.
  void tell_again();
  const Stats& stats() const { return stats_; }

 private:
  struct Work {
    std::vector<Uid> came, went, changed;  ///< pages, those without a session, users of newer clients with others
    std::vector<Stay> gone, shrunk;        ///< stays that are over, and those of which some sessions have ended
    std::vector<std::pair<std::size_t, std::set<Uid>>> known;  ///< slots, and the pages that are there
  };
  struct Untold {
    std::vector<Uid> came;
    std::vector<Person> went;
  };
  void read(const SlotEvent& event, Work& work);
  void run(const Work& work);
  Status offline(const std::vector<Uid>& went);
  Status look_for(const std::vector<Uid>& users);
  Status over(const std::vector<Stay>& stays);
  Status only(std::size_t slot, const std::set<Uid>& online);
  bool announce(Uid uid);
  bool ended(Uid uid);
  void remove(const std::vector<Person>& gone);
  bool remove(const Person& person);
  void run_again(Untold untold);
  void keep(Untold untold);
  void missed(const Error& why);
  void failed(const Error& why);

  const Uses uses_;
  std::map<std::size_t, std::set<Uid>> begun_;  ///< slots that are being told; thread of the watch
  std::atomic<bool> sweeping_{false}, telling_{false};
  Untold untold_;
  std::mutex untold_mutex_;
  Repeat told_;
  std::mutex told_mutex_;
  Stats stats_;
};

}  // namespace im::logic::webim
