#include "router/sessions/session_registry.hpp"

#include <map>
#include <random>
#include <set>
#include <thread>

#include <gtest/gtest.h>

#include "router/users_rpc.hpp"
#include "tests/unit/router/router_fakes.hpp"

namespace im::router {
namespace {

constexpr CometInstance kOne{CometNumber(1), InstanceEpoch(10)};
constexpr CometInstance kTwo{CometNumber(2), InstanceEpoch(20)};

/// Every slot is ours; what was asked for is in the answer.
class OwnsAll : public SessionRegistry {
 public:
  template <class... Arguments>
  explicit OwnsAll(Arguments&&... arguments) : SessionRegistry(std::forward<Arguments>(arguments)...) {
    for (std::size_t slot = 0; slot < kSlots; ++slot) own(slot, 0);
  }
  Bound bind(SessionRow row) { return *SessionRegistry::bind(std::move(row)); }
  std::vector<SessionRow> by_uid(Uid uid) { return *SessionRegistry::by_uid(uid); }
  std::vector<SessionRow> by_key(const std::string& key) { return SessionRegistry::by_key(key)->rows; }
  bool unbind(Uid uid, const std::string& key, SessionEpoch epoch) {
    return SessionRegistry::unbind(uid, key, epoch).removed;
  }
};

class SessionRegistryTest : public testing::Test {
 protected:
  SessionRow row(std::int64_t uid, const std::string& key, CometInstance comet = kOne, std::uint32_t conn = 1) {
    SessionRow out;
    out.uid = Uid(uid);
    out.key = key;
    out.comet = comet;
    out.conn = ConnId(0, conn, 1);
    return out;
  }
  std::vector<std::string> keys_of(std::int64_t uid) {
    std::vector<std::string> keys;
    for (const auto& each : registry_.by_uid(Uid(uid))) keys.push_back(each.key);
    return keys;
  }
  using Keys = std::vector<std::string>;

  std::set<CometInstance> dead_;
  std::int64_t now_ms_ = 1000;
  FakeJournal journal_;
  OwnsAll registry_{[this](CometInstance comet) { return dead_.contains(comet); }, [this] { return now_ms_; },
                    journal_};
};

TEST_F(SessionRegistryTest, TheSessionsOfLoginsAreFoundByTheirOrderAndComet) {
  const auto of = [this](CometInstance comet, std::unordered_set<std::uint64_t> epochs) {
    std::vector<std::string> keys;
    for (const SessionRow& found : registry_.of_logins(comet, epochs)) keys.push_back(found.key);
    std::sort(keys.begin(), keys.end());
    return keys;
  };
  const auto a = registry_.bind(row(7, "a")).epoch.value();
  const auto b = registry_.bind(row(0, "b")).epoch.value();
  const auto c = registry_.bind(row(7, "c", kTwo)).epoch.value();
  EXPECT_EQ(of(kOne, {a, b, c}), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(of(kTwo, {c, c + 1}), (std::vector<std::string>{"c"}));
  EXPECT_TRUE(of(kOne, {}).empty());
}

TEST_F(SessionRegistryTest, PagesOfUsersNameEachOnceAndNobodyElse) {
  std::set<std::int64_t> online;
  for (std::int64_t uid = 1; uid <= 3000; ++uid) {
    registry_.bind(row(uid, "phone" + std::to_string(uid)));
    online.insert(uid);
  }
  registry_.bind(row(7, "a second device"));
  registry_.bind(row(0, "nobody"));
  std::vector<Uid> page;
  std::vector<std::int64_t> seen;
  do {
    page = users_after(registry_, page.empty() ? Uid(0) : page.back(), 100);
    for (const Uid uid : page) seen.push_back(uid.value());
  } while (page.size() == 100);
  EXPECT_EQ(seen.size(), online.size());
  EXPECT_EQ(std::set(seen.begin(), seen.end()), online);
  EXPECT_TRUE(users_after(registry_, page.empty() ? Uid(seen.back()) : page.back(), 100).empty());
}

// docs/figures.md counts on it.
static_assert(sizeof(StoredSession) <= 56);
static_assert(sizeof(StoredKey) <= 48);

TEST_F(SessionRegistryTest, ASessionComesBackAsItWasGiven) {
  SessionRow given = row(5, "k");
  given.platform = "web";
  given.client_ip = "2001:db8::1";
  given.room = "live://1";
  registry_.bind(given);
  const SessionRow kept = registry_.by_uid(Uid(5)).front();
  EXPECT_EQ(kept.key, "k");
  EXPECT_EQ(kept.comet, given.comet);
  EXPECT_EQ(kept.conn, given.conn);
  EXPECT_EQ(kept.platform, "web");
  EXPECT_EQ(kept.client_ip, "2001:db8::1");
  EXPECT_EQ(kept.room, "live://1");
  EXPECT_TRUE(kept.confirmed);
}

TEST_F(SessionRegistryTest, MemoryGoesWithTheSessions) {
  const auto key_of = [](std::int64_t uid) { return "a key of some length " + std::to_string(uid); };
  std::vector<SessionEpoch> epochs;
  for (std::int64_t uid = 0; uid < 3000; ++uid) epochs.push_back(registry_.bind(row(1 + uid, key_of(uid))).epoch);
  const auto full = registry_.memory();
  EXPECT_GE(full.rows, 3000 * sizeof(StoredSession));
  EXPECT_LT(full.rows, 3000 * sizeof(StoredSession) * 2);
  EXPECT_GT(full.names, 3000 * key_of(0).size());
  for (std::int64_t uid = 0; uid < 3000; ++uid)
    registry_.unbind(Uid(1 + uid), key_of(uid), epochs[static_cast<std::size_t>(uid)]);
  const auto empty = registry_.memory();
  EXPECT_EQ(empty.rows + empty.names + empty.keys + empty.indexes, 0U);
}

TEST_F(SessionRegistryTest, AUserHasSeveralDevices) {
  registry_.bind(row(5, "phone"));
  registry_.bind(row(5, "laptop", kTwo));
  EXPECT_EQ(keys_of(5), (Keys{"phone", "laptop"}));
  EXPECT_EQ(registry_.by_key("laptop").front().comet, kTwo);
  EXPECT_EQ(registry_.sessions(), 2U);
  EXPECT_EQ(registry_.users(), 1U);
}

TEST_F(SessionRegistryTest, ALateDisconnectNeverRemovesANewerLogin) {
  const auto first = registry_.bind(row(5, "phone"));
  const auto second = registry_.bind(row(5, "phone", kTwo));
  ASSERT_EQ(second.replaced.size(), 1U);
  EXPECT_EQ(second.replaced[0].comet, kOne);
  EXPECT_FALSE(registry_.unbind(Uid(5), "phone", first.epoch));
  EXPECT_EQ(registry_.by_key("phone").front().comet, kTwo);
  EXPECT_TRUE(registry_.unbind(Uid(5), "phone", second.epoch));
  EXPECT_TRUE(registry_.by_key("phone").empty());
  EXPECT_EQ(registry_.sessions(), 0U);
}

TEST_F(SessionRegistryTest, AKeyBelongsToTheNewestWhoeverItIs) {
  registry_.bind(row(5, "k"));
  EXPECT_EQ(registry_.bind(row(6, "k")).replaced.size(), 1U);
  EXPECT_EQ(keys_of(5), Keys{});
  EXPECT_EQ(registry_.by_key("k").front().uid, Uid(6));
  EXPECT_EQ(registry_.bind(row(0, "k")).replaced.size(), 1U);
  EXPECT_EQ(keys_of(6), Keys{});
  EXPECT_EQ(registry_.bind(row(7, "k")).replaced.size(), 1U);
  EXPECT_EQ(registry_.by_key("k").front().uid, Uid(7));
  EXPECT_EQ(registry_.sessions(), 1U);
}

TEST_F(SessionRegistryTest, SessionsOfADeadCometAreGoneAtOnce) {
  registry_.bind(row(5, "a", kOne));
  registry_.bind(row(5, "b", kTwo));
  registry_.bind(row(0, "c", kOne));
  dead_.insert(kOne);
  EXPECT_EQ(keys_of(5), Keys{"b"});
  EXPECT_TRUE(registry_.by_key("c").empty());
  EXPECT_EQ(registry_.sessions(), 3U);
  EXPECT_EQ(registry_.reclaim(kSlots), 2U);
  EXPECT_EQ(registry_.sessions(), 1U);
}

TEST_F(SessionRegistryTest, EpochsGrowThoughTheClockStandsOrGoesBack) {
  const auto first = registry_.bind(row(1, "a")).epoch;
  now_ms_ -= 500;
  const auto second = registry_.bind(row(1, "a")).epoch;
  EXPECT_GT(second, first);
}

TEST_F(SessionRegistryTest, RestoringKeepsTheNewest) {
  SessionRow old = row(5, "k", kOne);
  old.epoch = SessionEpoch(std::uint64_t{900} << 20);
  SessionRow newer = row(5, "k", kTwo);
  newer.epoch = SessionEpoch(std::uint64_t{5000} << 20);  // minted by a router whose clock was ahead
  EXPECT_TRUE(registry_.restore(newer));
  EXPECT_FALSE(registry_.restore(old));
  EXPECT_EQ(registry_.by_key("k").front().comet, kTwo);
  EXPECT_GT(registry_.bind(row(6, "x")).epoch, newer.epoch);
}

/// Random binds, unbinds with old and current epochs, and dying comets, against the rule in one line: a key belongs to
/// its last bind unless that was unbound or its comet died.
TEST_F(SessionRegistryTest, AgreesWithAModel) {
  struct Last {
    std::int64_t uid = 0;
    SessionEpoch epoch;
    CometInstance comet;
  };
  std::mt19937 random(3);
  std::map<std::string, Last> model;
  std::vector<std::pair<std::string, Last>> history;
  std::uint64_t next_epoch = 100;
  std::vector<CometInstance> comets{kOne, kTwo};
  for (int step = 0; step < 20000; ++step) {
    const auto dice = random() % 100;
    now_ms_ += SessionRegistry::kUnderWayMs;  // no login is taken back: what an end leaves is login_order_test's
    if (dice < 60) {
      const std::string key = "k" + std::to_string(random() % 8);
      const auto uid = static_cast<std::int64_t>(random() % 4);
      const CometInstance comet = comets[random() % 2];
      const Last last{uid, registry_.bind(row(uid, key, comet)).epoch, comet};
      model[key] = last;
      history.emplace_back(key, last);
    } else if (dice < 97 && !history.empty()) {
      const auto& [key, old] = history[history.size() - 1 - random() % std::min<std::size_t>(history.size(), 10)];
      registry_.unbind(Uid(old.uid), key, old.epoch);
      if (const auto known = model.find(key); known != model.end() && known->second.epoch == old.epoch)
        model.erase(known);
    } else if (dice == 97) {
      const std::size_t which = random() % 2;
      dead_.insert(comets[which]);
      std::erase_if(model, [&](const auto& entry) { return entry.second.comet == comets[which]; });
      comets[which].epoch = InstanceEpoch(next_epoch++);
    } else {
      registry_.reclaim(100);
    }
    for (int i = 0; i < 8; ++i) {
      const std::string key = "k" + std::to_string(i);
      const auto found = registry_.by_key(key);
      ASSERT_EQ(found.size(), model.count(key)) << "step " << step << " " << key;
      if (found.empty()) continue;
      ASSERT_EQ(found[0].epoch, model[key].epoch);
    }
    for (std::int64_t uid = 1; uid < 4; ++uid) {
      const auto mine = static_cast<std::size_t>(
          std::count_if(model.begin(), model.end(), [uid](const auto& entry) { return entry.second.uid == uid; }));
      ASSERT_EQ(registry_.by_uid(Uid(uid)).size(), mine) << "step " << step << " uid " << uid;
    }
  }
}

TEST_F(SessionRegistryTest, ManyThreads) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([this, t] {
      for (int i = 0; i < 3000; ++i) {
        const auto bound = registry_.bind(row(i % 7, "k" + std::to_string(i % 11), t % 2 == 0 ? kOne : kTwo));
        registry_.by_uid(Uid(i % 7));
        registry_.by_key("k" + std::to_string(i % 11));
        if (i % 3 == 0) registry_.unbind(Uid(i % 7), "k" + std::to_string(i % 11), bound.epoch);
        if (i % 100 == 0) registry_.reclaim(64);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  for (int key = 0; key < 11; ++key) EXPECT_LE(registry_.by_key("k" + std::to_string(key)).size(), 1U);
}

}  // namespace
}  // namespace im::router
