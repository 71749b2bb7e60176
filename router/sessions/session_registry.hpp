#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "common/base/indexed_rows.hpp"
#include "common/base/slot.hpp"
#include "router/sessions/stored_session.hpp"
#include "router/slots/slot_event.hpp"
#include "router/slots/slot_journal.hpp"
#include "router/slots/slot_store.hpp"

namespace im::router {

/// Who is online where, for the slots this router owns. Every write names a session epoch, so a late disconnect never
/// removes a newer login. Sessions of a comet that is gone are never found: that is checked at lookup, nothing is
/// scanned; their memory comes back with reclaim(). Those of a comet that this router has not heard of yet are found
/// and stay. Any thread: one mutex per slot, never two at once. A session touches up to three slots, which may belong
/// to other routers: its home, its key's, and the home of the user who had the key before. What cannot be done here is
/// named in the answer; nullopt: the slot asked for is not ours.
class SessionRegistry {
 public:
  /// How long a login may be under way. An older one is not bound any more; an end told before its login is remembered
  /// as long.
  static constexpr std::int64_t kUnderWayMs = 20'000;

  /// `gone`: that comet instance is known to be over; who knows no nodes yet knows of nobody that it is gone. `now_ms`:
  /// the cluster's clock (docs/decisions/0018).
  SessionRegistry(std::function<bool(CometInstance)> gone, std::function<std::int64_t()> now_ms, SlotJournal& journal);

  /// Hears of every user whose sessions changed. Before the first bind only.
  void tell(ChangeListener& listener) { listener_ = &listener; }

  /// What became of a key.
  struct KeyTaken {
    std::vector<SessionRow> replaced;
    Uid former_elsewhere;     ///< > 0: displace() this user's session at its owner
    bool superseded = false;  ///< a newer session has the key: the one that asks is the older
  };
  struct Bound {
    SessionEpoch epoch;
    std::vector<SessionRow> replaced;  ///< same uid and key, or the same key under another uid
    bool key_elsewhere = false;        ///< take_key() at the owner of the key's slot
    Uid former_elsewhere;
    bool superseded = false;  ///< nothing is bound: a newer login has the key, or this one is too old or taken back
  };
  /// The row's epoch is the order of the login, which decides against what is there; 0 = minted now. May be made twice.
  std::optional<Bound> bind(SessionRow row);
  std::optional<KeyTaken> take_key(const KeyOwner& taker, const std::string& key);
  /// Removes the user's session with this key when it is older than `epoch`.
  std::optional<std::vector<SessionRow>> displace(Uid uid, const std::string& key, SessionEpoch epoch);

  /// Removes the session when its epoch is still this one: what of it is in our slots. `home`: that slot is ours. One
  /// that it had replaced a moment ago and that has not ended comes back. Told before its bind, that one is refused.
  struct Unbound {
    bool home = false, key_home = false, removed = false;
  };
  Unbound unbind(Uid uid, const std::string& key, SessionEpoch epoch);
  /// A session told by its comet; kept unless a newer one is known or it ended meanwhile.
  bool restore(SessionRow row);

  /// Also of comets that are not heard of yet: who answers for them says "unknown".
  std::optional<std::vector<SessionRow>> by_uid(Uid uid);
  /// Sessions of this comet with one of these epochs, in any of our slots. Looks at every session.
  std::vector<SessionRow> of_logins(CometInstance comet, const std::unordered_set<std::uint64_t>& epochs);
  /// Users with a session in this slot.
  std::vector<Uid> users_of(std::size_t slot);
  struct KeyRows {
    std::vector<SessionRow> rows;
    Uid home;                     ///< > 0: the key is of this user
    bool home_elsewhere = false;  ///< ask by_uid() at its owner
    bool newest = false;          ///< bound since the slot is ours: no other session can have the key
  };
  std::optional<KeyRows> by_key(const std::string& key);

  // ---- slots
  /// What the store has of a slot that is not ours yet.
  void load(std::size_t slot, const SlotFields& fields);
  /// From here on ours. Epochs minted are above `epoch` << 20.
  void own(std::size_t slot, std::uint64_t epoch);
  /// Not ours any more; nothing of it stays.
  void disown(std::size_t slot);
  std::vector<SlotWrite> dump(std::size_t slot);
  /// While comets are asked what they hold, sessions that end are remembered, so that a late answer does not bring them
  /// back.
  void remember_ends(const SlotSet& slots, bool remember);
  /// The comet's sessions in these slots that cannot be logins under way are not confirmed until it tells them.
  void doubt(CometInstance comet, const SlotSet& slots);
  /// For each of our slots the sum of the epochs of the comet's sessions, modulo 2^64.
  std::vector<std::uint64_t> digest(CometInstance comet);
  /// Removes sessions of that comet, read from the store or doubted, which it did not tell.
  std::size_t drop_unconfirmed(CometInstance comet, const SlotSet& slots);

  /// Frees what comets that are gone left in the next `slots` slots; the number of sessions freed. Nothing is
  /// remembered as ended by that: a comet that tells a session after all has it.
  std::size_t reclaim(std::size_t slots);
  std::size_t sessions() const { return sessions_; }
  std::size_t users() const { return users_; }
  /// What they take, in bytes asked of the heap. Looks into every slot.
  struct Memory {
    std::size_t rows = 0, names = 0, keys = 0, indexes = 0;
  };
  Memory memory();

 private:
  struct Slot {
    std::mutex mutex;
    bool owned = false;
    std::atomic<std::uint64_t> first_epoch{0};  ///< sessions bound since the slot is ours are above it
    bool remember = false;
    IndexedRows<StoredSession> sessions;
    IndexedRows<StoredKey> keys;    ///< key → user, for keys of users
    std::set<std::uint64_t> ended;  ///< epochs that are not bound or restored any more
  };
  using Which = std::function<bool(const StoredSession&)>;

  SessionEpoch mint();
  void raise_epoch(SessionEpoch seen);
  bool bound_here(const SessionRow& row) const;
  static StoredSession* find(Slot& slot, Uid uid, std::string_view key);
  static std::vector<Uid> users_in(const Slot& slot);
  static bool has_user(Slot& slot, Uid uid);
  static StoredKey* find_key(Slot& slot, std::string_view key);
  void insert(Slot& slot, const SessionRow& row);
  struct Put {
    enum Age { kLogin, kAny };  ///< whether it may be too old
    bool owned = false;
    bool stored = false;
    std::vector<SessionRow> replaced;
  };
  Put put(const SessionRow& row, Put::Age age);
  bool remove_home(std::size_t slot, Uid uid, const std::string& key, const Which& which,
                   std::vector<SessionRow>* removed);
  static void replace(Slot& slot, StoredSession& known, const SessionRow& row);
  void erase(Slot& slot, StoredSession& row);
  bool young(SessionEpoch epoch) const;
  void remember_end(Slot& slot, SessionEpoch epoch);
  void forget_old_ends(Slot& slot);
  void end(Slot& slot, StoredSession& row);
  void reclaim_keys(std::size_t index);
  /// Whether the end is known to be one: then no late answer brings the session back.
  enum class Ends { kRemembered, kForgotten };
  Unbound take_out(Uid uid, const std::string& key, SessionEpoch epoch, Ends ends);
  void end_key(const std::string& key, SessionEpoch epoch, Ends ends, Unbound& result);
  void changed(Uid uid);
  std::vector<SessionRow> rows_where(std::size_t slot, const Which& which);

  std::function<bool(CometInstance)> gone_;
  std::function<std::int64_t()> now_ms_;
  SlotJournal& journal_;
  ChangeListener* listener_ = nullptr;
  std::array<Slot, kSlots> slots_;
  std::atomic<std::uint64_t> last_epoch_{0};
  std::atomic<std::size_t> sessions_{0};
  std::atomic<std::size_t> users_{0};
  std::atomic<std::size_t> next_reclaim_{0};
};

}  // namespace im::router
