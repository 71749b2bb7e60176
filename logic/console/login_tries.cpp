#include "logic/console/login_tries.hpp"

#include <algorithm>
#include <functional>

#include "common/keys/digest.hpp"

namespace im::logic {

namespace {

constexpr int kOfAnAddress = 4, kOfALogin = 20;

/// What one address is worth: a whole /64 of IPv6.
std::string network_of(const std::string& address) {
  if (address.find(':') == std::string::npos || address.starts_with("::ffff:")) return address;
  std::size_t end = 0;
  for (int groups = 0; groups < 4 && end != std::string::npos; ++groups) end = address.find(':', end + 1);
  return address.substr(0, end);
}

/// One more in its row; gives when it is open again, 0: it is.
Result<std::int64_t> count(store::Write& into, const std::string& who, int most, std::int64_t window_ms) {
  const auto again = into.db.execute("UPDATE admin_tries SET tries = tries + 1 WHERE who = ?", {who});
  if (!again.ok()) return again.error();
  if (again.value() == 0) {
    const auto first =
        into.db.execute("INSERT INTO admin_tries (who, tries, since_ms) VALUES (?, 1, ?)", {who, into.now_ms});
    return first.ok() ? Result<std::int64_t>(std::int64_t{0}) : first.error();
  }
  const auto rows = into.db.select({"SELECT tries, since_ms FROM admin_tries WHERE who = ?", 2}, {who});
  if (!rows.ok()) return rows.error();
  const std::int64_t open = rows.value().front().number(1) + window_ms;
  if (open > into.now_ms) return rows.value().front().number(0) > most ? open - into.now_ms : std::int64_t{0};
  const auto anew = into.db.execute("UPDATE admin_tries SET tries = 1, since_ms = ? WHERE who = ?", {into.now_ms, who});
  return anew.ok() ? Result<std::int64_t>(std::int64_t{0}) : anew.error();
}

}  // namespace

std::vector<LoginTries::Count> LoginTries::counts_of(std::string_view login, const std::string& address) const {
  const std::string name = sha256_hex(login).substr(0, 32);
  const std::string from = network_of(address);
  return {{"address " + from, rules_.tries * kOfAnAddress},
          {"login " + name, rules_.tries * kOfALogin},
          {"both " + name + " " + from, rules_.tries}};
}

/// The address first: who guesses logins fills no table.
Result<std::int64_t> LoginTries::begin(std::string_view login, const std::string& address) {
  const auto counts = counts_of(login, address);
  return store_.lanes().write<std::int64_t>(0, [&](store::Write& into) -> Result<std::int64_t> {
    const auto swept =
        into.db.execute("DELETE FROM admin_tries WHERE since_ms < ?", {into.now_ms - 2 * rules_.window_ms});
    if (!swept.ok()) return swept.error();
    std::int64_t locked = 0;
    for (const Count& one : counts) {
      const auto wait = count(into, one.who, one.most, rules_.window_ms);
      if (!wait.ok()) return wait.error();
      locked = std::max(locked, wait.value());
      if (locked > 0 && &one == &counts.front()) break;
    }
    return locked;
  });
}

Status LoginTries::succeeded(std::string_view login, const std::string& address) {
  const auto counts = counts_of(login, address);
  return store_.lanes().write<Ok>(0, [&](store::Write& into) -> Status {
    for (std::size_t i = 0; i < counts.size(); ++i) {
      const char* text = i + 1 == counts.size() ? "DELETE FROM admin_tries WHERE who = ?"
                                                : "UPDATE admin_tries SET tries = tries - 1 WHERE who = ?";
      if (const auto done = into.db.execute(text, {counts[i].who}); !done.ok()) return done.error();
    }
    return Ok{};
  });
}

}  // namespace im::logic
