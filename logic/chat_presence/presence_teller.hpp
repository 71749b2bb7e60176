#pragma once

#include <atomic>
#include <map>
#include <mutex>
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
/// at all when it is as it was told. Any thread.
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
    std::size_t most = 200'000;               ///< users kept in mind
  };
  struct Stats {
    std::atomic<std::uint64_t> told{0}, same{0}, failed{0}, crowded{0};
  };
  PresenceTeller(Uses uses, Options options) : uses_(std::move(uses)), options_(options) {}

  void handle(const std::vector<SlotEvent>& events, std::function<void()> done) override;
  /// They want to be seen otherwise.
  void changed(Uid uid, TimePoint now) { mark(uid, now + options_.gather); }
  /// Begins a round on the pool when somebody is due and none is running.
  void tick(TimePoint now);
  /// One round; blocks.
  void tell(const std::vector<Uid>& uids);
  const Stats& stats() const { return stats_; }

 private:
  void mark(Uid uid, TimePoint due);
  void put_off(Uid uid, TimePoint due);
  TimePoint* due_of(Uid uid, TimePoint otherwise);
  std::vector<Uid> take_due(TimePoint now);
  Status tell_round(const std::vector<Uid>& uids);
  /// False: that is what they were told last.
  bool is_news(Uid uid, const boost::json::object& shown);

  const Uses uses_;
  const Options options_;
  Stats stats_;
  std::mutex mutex_;
  std::map<Uid, TimePoint> due_;
  std::unordered_map<Uid, std::string> told_;
  bool running_ = false;
  Repeat failing_;
};

}  // namespace im::logic
