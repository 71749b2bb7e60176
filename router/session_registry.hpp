#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "router/session.hpp"
#include "router/session_store.hpp"
#include "router/slot.hpp"

namespace im::router {

/// Who is online where. Every write names a session epoch, so a late disconnect never removes a newer login. Sessions
/// of a comet whose lease ended are never found: that is checked at lookup, nothing is scanned; their memory comes back
/// with reclaim(). Any thread: one mutex per slot, never two at once.
class SessionRegistry {
 public:
  /// `alive`: the lease of that comet instance holds. `now_ms`: Unix time for minting epochs.
  SessionRegistry(std::function<bool(CometInstance)> alive, std::function<std::int64_t()> now_ms, SessionStore& store);

  struct Bound {
    SessionEpoch epoch;
    std::vector<SessionRow> replaced;  ///< same uid and key, or the same key under another uid
  };
  Bound bind(SessionRow row);
  /// Removes the session when its epoch is still this one.
  bool unbind(Uid uid, const std::string& key, SessionEpoch epoch);
  /// A session told again by its comet; kept unless a newer one is known.
  bool restore(const SessionRow& row);

  std::vector<SessionRow> by_uid(Uid uid);
  std::vector<SessionRow> by_key(const std::string& key);

  /// Frees dead sessions of the next `slots` slots; the number freed.
  std::size_t reclaim(std::size_t slots);
  std::size_t sessions() const { return sessions_; }
  std::size_t users() const { return users_; }

 private:
  struct KeyHome {
    Uid uid;
    SessionEpoch epoch;
  };
  struct Slot {
    std::mutex mutex;
    std::unordered_map<std::int64_t, std::vector<SessionRow>> by_uid;
    std::unordered_map<std::string, SessionRow> by_key;  ///< sessions without a user
    std::unordered_map<std::string, KeyHome> key_homes;  ///< key → user, for keys of users
  };

  SessionEpoch mint();
  void raise_epoch(SessionEpoch seen);
  std::vector<SessionRow> put(const SessionRow& row);
  void take_key(const SessionRow& row, std::vector<SessionRow>& replaced);
  bool remove_home(Uid uid, const std::string& key, const std::function<bool(const SessionRow&)>& which,
                   std::vector<SessionRow>* removed);
  void erase_key_home(const std::string& key, SessionEpoch epoch);

  std::function<bool(CometInstance)> alive_;
  std::function<std::int64_t()> now_ms_;
  SessionStore& store_;
  std::array<Slot, kSlots> slots_;
  std::atomic<std::uint64_t> last_epoch_{0};
  std::atomic<std::size_t> sessions_{0};
  std::atomic<std::size_t> users_{0};
  std::atomic<std::size_t> next_reclaim_{0};
};

}  // namespace im::router
