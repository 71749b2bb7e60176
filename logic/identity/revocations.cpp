#include "logic/identity/revocations.hpp"

#include <charconv>
#include <optional>

#include "common/base/when_all.hpp"
#include "common/keys/digest.hpp"

namespace im::logic {

namespace {

// Keys of sessions may be longer than the names of the table.
std::string name_of_key(const std::string& key) { return "revoked/key/" + sha256_hex(key); }
std::string name_of_uid(Uid uid) { return "revoked/uid/" + std::to_string(uid.value()); }
std::string name_of(const Who& who) { return who.uid.value() > 0 ? name_of_uid(who.uid) : name_of_key(who.key); }

/// The value of a row: tokens issued up to this Unix time are not taken. What cannot be read revokes.
bool is_revoked(std::int64_t issued_s, const std::string& row) {
  std::int64_t until = 0;
  const auto [end, error] = std::from_chars(row.data(), row.data() + row.size(), until);
  return error != std::errc{} || end != row.data() + row.size() || issued_s <= until;
}

Status verdict_of(const Result<std::optional<std::string>>& row, std::int64_t issued_s) {
  if (!row.ok()) return Error{Error::Code::kUnavailable, "router: " + row.error().message};
  if (row.value() && is_revoked(issued_s, *row.value())) return Error{Error::Code::kDenied, "the token was revoked"};
  return Ok{};
}

/// The user's row and the key's may have different owners. A refusal wins over an error.
void refusal_first(Status& whole, const Status& part) {
  if (!part.ok() && (whole.ok() || part.error().code == Error::Code::kDenied)) whole = part;
}

}  // namespace

void Revocations::revoke(const Who& who, std::chrono::seconds time, std::function<void(Status)> done) {
  table_.put(name_of(who), std::to_string(now_s_() + leeway_s_), time, std::move(done));
}

void Revocations::pardon(const Who& who, std::function<void(Status)> done) {
  table_.remove(name_of(who), std::move(done));
}

void Revocations::check(const Identity& identity, std::function<void(Status)> done) {
  WhenAll<> both(std::move(done), refusal_first);
  for (std::string name : {name_of_uid(identity.uid), name_of_key(identity.key)}) {
    table_.get(std::move(name),
               [settle = both.part(), issued_s = identity.issued_s](const Result<std::optional<std::string>>& row) {
                 settle(verdict_of(row, issued_s));
               });
  }
}

}  // namespace im::logic
