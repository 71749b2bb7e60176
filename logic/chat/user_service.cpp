#include "logic/chat/user_service.hpp"

#include <string>

namespace im::logic::chat {

namespace {

constexpr sql::Query kUser{"SELECT uid FROM users WHERE uid = ?", 1};
constexpr const char* kAdd = "INSERT INTO users (uid, kind, name, avatar, created_ms) VALUES (?, 2, ?, '', ?)";

Result<bool> exists(sql::Connection& db, Uid uid) {
  auto rows = db.select(kUser, {uid});
  if (!rows) return rows.error();
  return !rows.value().empty();
}

}  // namespace

Status UserService::ensure(Uid uid) {
  {
    const std::lock_guard lock(mutex_);
    if (known_.contains(uid.value())) return Ok{};
  }
  auto done = store_.lanes().write<Ok>(uid.value(), [uid](store::Write& into) -> Status {
    auto there = exists(into.db, uid);
    if (!there) return there.error();
    if (there.value()) return Ok{};
    auto added = into.db.execute(kAdd, {uid, "user " + std::to_string(uid.value()), into.now_ms});
    return added ? Status(Ok{}) : Status(added.error());
  });
  if (!done) return done.error();
  const std::lock_guard lock(mutex_);
  if (known_.size() >= kRemembered) known_.clear();
  known_.insert(uid.value());
  return Ok{};
}

}  // namespace im::logic::chat
