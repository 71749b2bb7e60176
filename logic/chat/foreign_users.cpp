#include "logic/chat/foreign_users.hpp"

#include <string>

namespace im::logic::chat {

namespace {

constexpr sql::Query kThere{"SELECT COUNT(*) FROM users WHERE uid = ?", 1};
/// kind 2: the name is all that is known.
constexpr const char* kMake = "INSERT INTO users (uid, kind, name, avatar, created_ms) VALUES (?, 2, ?, '', ?)";

Result<bool> is_there(sql::Connection& db, Uid uid) {
  auto rows = db.select(kThere, {uid});
  if (!rows) return rows.error();
  return rows.value().front().number(0) > 0;
}

}  // namespace

Status ForeignUsers::meet(Uid uid) {
  if (!gets_row(uid) || known(uid)) return Ok{};
  auto made = store_.lanes().write<Ok>(uid.value(), [uid](store::Write& into) { return make(into, uid); });
  if (!made) {
    ++failed_;
    return made.error();
  }
  keep(uid);
  return Ok{};
}

void ForeignUsers::meet_later(Uid uid) {
  if (!gets_row(uid) || known(uid)) return;
  store::LaneEntry entry;
  entry.key = uid.value();
  entry.apply = [uid](store::Write& into) { return make(into, uid); };
  entry.done = [this, uid](const Status& made) {
    if (made) return keep(uid);
    ++failed_;
  };
  if (!store_.lanes().submit(std::move(entry))) ++failed_;
}

/// Another logic may meet the same user at the same time.
Status ForeignUsers::make(store::Write& into, Uid uid) {
  auto there = is_there(into.db, uid);
  if (!there) return there.error();
  if (there.value()) return Ok{};
  auto made = into.db.execute(kMake, {uid, "user " + std::to_string(uid.value()), into.now_ms});
  if (made || made.error().code == Error::Code::kConflict) return Ok{};
  return made.error();
}

bool ForeignUsers::known(Uid uid) {
  const std::lock_guard lock(mutex_);
  return known_.contains(uid);
}

void ForeignUsers::keep(Uid uid) {
  const std::lock_guard lock(mutex_);
  if (known_.size() >= kMost) known_.clear();
  known_.insert(uid);
}

}  // namespace im::logic::chat
