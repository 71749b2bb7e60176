#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "common/base/blocking_pool.hpp"
#include "common/base/repeat.hpp"
#include "logic/events/slot_event.hpp"
#include "logic/webim/lobby_voice.hpp"
#include "logic/webim/people.hpp"
#include "logic/webim/room_voice.hpp"

namespace im::logic::webim {

/// Who comes into the lobby and who goes, there and in rooms of the room demo, from what routers tell of sessions: so a
/// page is announced once, and one whose comet was killed goes like all others. A slot that is told from the beginning
/// shows who went while nobody looked.
class LobbyWatch final : public SlotEventSink {
 public:
  struct Stats {
    std::atomic<std::uint64_t> came{0}, went{0}, failed{0};
  };
  LobbyWatch(People& people, LobbyVoice& voice, RoomVoice& rooms, BlockingPool& pool)
      : people_(people), voice_(voice), rooms_(rooms), pool_(pool) {}

  void handle(const std::vector<SlotEvent>& events, std::function<void()> done) override;
  /// Logins that failed half way.
  void sweep();
  const Stats& stats() const { return stats_; }

 private:
  struct Work {
    std::vector<Uid> came, went;
    std::vector<std::pair<std::size_t, std::set<Uid>>> known;  ///< slots, and the pages that are there
  };
  void read(const SlotEvent& event, Work& work);
  void run(const Work& work);
  void announce(Uid uid);
  void remove(const std::vector<Person>& gone);
  void failed(const Error& why);

  People& people_;
  LobbyVoice& voice_;
  RoomVoice& rooms_;
  BlockingPool& pool_;
  std::map<std::size_t, std::set<Uid>> begun_;  ///< slots that are being told; thread of the watch
  Repeat told_;
  std::mutex told_mutex_;
  Stats stats_;
};

}  // namespace im::logic::webim
