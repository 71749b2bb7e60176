#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "common/base/blocking_pool.hpp"
#include "common/base/clock.hpp"
#include "common/base/repeat.hpp"
#include "logic/chat_presence/presence_store.hpp"
#include "logic/chat_presence/watcher_table.hpp"
#include "logic/chat_presence/whereabouts.hpp"
#include "logic/chat_requests/live_events.hpp"
#include "logic/events/slot_event.hpp"

namespace im::logic {

/// Tells those who watch a user how they are, when that has changed: once for whatever happens within a moment, and not
/// at all when it is as it was told. That somebody is gone is told when they were known to be gone for `away`, whatever
/// a round was begun for: it may find an absence of which no event has come yet. Any thread.
class PresenceTeller final : public SlotEventSink {
 public:
  struct Uses {
    PresenceStore& store;
    SessionDirectory& directory;
    WatcherTable& watchers;
    TellLive tell;
    BlockingPool& pool;
  };
  struct Options {
    Duration gather = std::chrono::seconds(1);
    Duration away = std::chrono::seconds(5);  ///< who is back within it was never gone
    std::size_t round = 500;                  ///< users of one round
    std::size_t most = 200'000;               ///< users kept in mind; those of one round come on top
  };
  struct Stats {
    std::atomic<std::uint64_t> told{0}, same{0}, failed{0}, crowded{0};
  };
  PresenceTeller(Uses uses, Options options) : uses_(std::move(uses)), options_(options) {}

  void handle(const std::vector<SlotEvent>& events, std::function<void()> done) override;
  /// They want to be seen otherwise.
  void changed(Uid uid, TimePoint now) { mark(uid, {now + options_.gather, {}}); }
  /// Begins a round on the pool when somebody is due and none is running.
  void tick(TimePoint now);
  /// Whose turn it is, and since when they are known to be gone.
  struct Turn {
    Uid uid;
    std::optional<TimePoint> gone;
  };
  /// One round, of those who were due at `now`; blocks.
  void tell(TimePoint now, const std::vector<Turn>& turns);
  const Stats& stats() const { return stats_; }

 private:
  struct Due {
    TimePoint at;
    std::optional<TimePoint> gone;
  };
  void mark(Uid uid, const Due& due);
  void came(Uid uid, TimePoint now);
  void went(Uid uid, TimePoint now);
  Due* due_of(Uid uid, const Due& otherwise);
  void again(const Turn& turn, TimePoint at);
  std::vector<Turn> take_due(TimePoint now);
  bool waits(const Turn& turn, TimePoint now, const Whereabouts& where, const PresenceRow& row);
  Status tell_round(TimePoint now, const std::vector<Turn>& turns);
  /// False: that is what they were told last.
  bool is_news(Uid uid, const boost::json::object& shown);

  const Uses uses_;
  const Options options_;
  Stats stats_;
  std::mutex mutex_;
  std::map<Uid, Due> due_;
  std::unordered_map<Uid, std::string> told_;
  bool running_ = false;
  Repeat failing_;
};

}  // namespace im::logic
