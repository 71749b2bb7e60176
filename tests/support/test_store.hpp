#pragma once

#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "logic/store/store.hpp"
#include "tests/support/test_database.hpp"

namespace im::test {

/// Keeps what the lanes hand on.
class RecordingSink : public logic::store::OutboxSink {
 public:
  void take(const std::vector<logic::store::Outgoing>& rows) override {
    const std::lock_guard lock(mutex_);
    rows_.insert(rows_.end(), rows.begin(), rows.end());
  }
  void take_again(const std::vector<logic::store::Outgoing>& rows) override { take(rows); }
  std::vector<logic::store::Outgoing> rows() const {
    const std::lock_guard lock(mutex_);
    return rows_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<logic::store::Outgoing> rows_;
};

/// A store on an empty database.
class TestStore {
 public:
  explicit TestStore(logic::store::LaneOptions lane = {}) {
    auto opened = logic::store::Store::open({.database = database.get(), .lane = std::move(lane)}, sink);
    if (!opened) throw std::runtime_error(opened.error().message);
    store = std::move(opened).value();
  }

  /// Users 1 … count.
  void add_users(int count) {
    auto db = database.open();
    for (int uid = 1; uid <= count; ++uid)
      if (auto made = db->execute("INSERT INTO users (uid, name, avatar, created_ms) VALUES (?, ?, '', 0)",
                                  {uid, "user " + std::to_string(uid)});
          !made)
        throw std::runtime_error(made.error().message);
  }
  std::int64_t number(const std::string& text, const sql::Values& values = {}) {
    auto rows = database.open()->select({text, 1}, values);
    if (!rows) throw std::runtime_error(rows.error().message);
    return rows.value().front().number(0);
  }

  TestDatabase database;
  RecordingSink sink;
  std::unique_ptr<logic::store::Store> store;
};

}  // namespace im::test
