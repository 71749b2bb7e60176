#pragma once

#include <algorithm>
#include <chrono>
#include <map>

#include "logic/push_api/push_api.hpp"
#include "tests/unit/logic/logic_fakes.hpp"

namespace im::logic {

/// The router's table in a map; answers at once, or with an error while `down`.
class FakeTable final : public SharedTable {
 public:
  void put_if_absent(std::string key, std::string value, std::chrono::milliseconds ttl,
                     std::function<void(Result<std::optional<std::string>>)> done) override {
    longest = std::max(longest, ttl);
    if (down) return done(Error{Error::Code::kUnavailable, "router down"});
    const auto [row, fresh] = rows.try_emplace(key, value);
    done(fresh ? std::optional<std::string>() : std::optional(row->second));
  }
  void put(std::string key, std::string value, std::chrono::milliseconds, std::function<void(Status)> done) override {
    if (down || failing_writes > 0) {
      --failing_writes;
      return done(Error{Error::Code::kUnavailable, "router down"});
    }
    rows[key] = value;
    done(Ok{});
  }
  void get(std::string key, std::function<void(Result<std::optional<std::string>>)> done) override {
    if (down) return done(Error{Error::Code::kUnavailable, "router down"});
    done(rows.contains(key) ? std::optional(rows.at(key)) : std::nullopt);
  }
  void remove(std::string key, std::function<void(Status)> done) override {
    rows.erase(key);
    done(Ok{});
  }
  std::map<std::string, std::string> rows;
  std::chrono::milliseconds longest{0};  ///< time that put_if_absent() asked for
  int failing_writes = 0;                ///< of put()
  bool down = false;
};

/// The use case over fakes, with two keys in the ring.
struct PushApiRig {
  PushApiRig() {
    wide = make_api_key(
        {.id = "", .name = "wide", .hash = "", .scopes = {"users", "rooms", "all"}, .rate = 1, .burst = 100});
    narrow = make_api_key({.id = "", .name = "narrow", .hash = "", .scopes = {"users"}, .rate = 1, .burst = 2});
    ring.replace({wide.key, narrow.key});
  }

  FakeSessions sessions;
  FakeQueue queue;
  FakeTable table;
  KeyRing ring;
  PushService push{sessions, queue, [] { return std::vector<CometInstance>(); }};
  PushFates fates{table};
  PushApi api{ring, push, fates, table};
  NewApiKey wide, narrow;
};

}  // namespace im::logic
