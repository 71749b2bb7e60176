#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <unordered_set>

#include "common/base/ids.hpp"
#include "logic/store/store.hpp"

namespace im::logic::chat {

/// Rows of users whom another authority knows (identity `open`, `jwt`, `webhook`): made when they are first met, so
/// that they can write and be written to. Any thread.
class ForeignUsers {
 public:
  explicit ForeignUsers(store::Store& store) : store_(store) {}

  /// The largest number that gets a row. The store numbers accounts and guests after the largest it has, so one client
  /// that calls itself 2^63-1 would be the last user ever; and browsers round numbers from 2^53 on.
  static constexpr std::int64_t kLargest = std::int64_t{1} << 52;

  /// There is a row of this user from here on. Blocks; never from an I/O thread.
  Status meet(Uid uid);
  /// The same some time later: whoever logs in does not wait for the database.
  void meet_later(Uid uid);
  /// Rows that could not be made; they are tried again when the user is met again.
  std::uint64_t failed() const { return failed_; }

 private:
  static constexpr std::size_t kMost = 200'000;  ///< who is kept in mind; then it begins anew

  static bool gets_row(Uid uid) { return uid.value() > 0 && uid.value() <= kLargest; }
  bool known(Uid uid);
  void keep(Uid uid);
  static Status make(store::Write& into, Uid uid);

  store::Store& store_;
  std::atomic<std::uint64_t> failed_{0};
  std::mutex mutex_;
  std::unordered_set<Uid> known_;
};

}  // namespace im::logic::chat
