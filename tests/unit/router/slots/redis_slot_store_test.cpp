#include "router/slots/redis_slot_store.hpp"

#include <fstream>

#include "common/base/secret_file.hpp"
#include "tests/unit/redis/client_fixture.hpp"
#include "tests/unit/router/slots/slot_store_contract.hpp"

namespace im::router {
namespace {

using redis::Client;

/// A redis-server and two clients of it, each with the rights that docs/operations.md gives the routers' user.
class RedisBench final : public Bench {
 public:
  explicit RedisBench() {
    for (auto* client : {&first_client_, &second_client_, &admin_}) {
      client->start();
      EXPECT_TRUE(redis::comes_up(*client)) << redis::detail(*client);
    }
  }
  ~RedisBench() override {
    for (auto* client : {&first_client_, &second_client_, &admin_}) client->stop();
  }
  SlotStore& first() override { return first_; }
  SlotStore& second() override { return second_; }
  void lose_everything() override { EXPECT_TRUE(redis::ask(admin_, {"FLUSHALL"}).ok()); }
  // The leases are timed by the real redis-server.
  void let_pass(std::chrono::milliseconds time) override { std::this_thread::sleep_for(time + 5ms); }
  redis::RedisProcess& server() { return server_; }

 private:
  redis::Config routers_user() {
    auto config = redis::config_for({server_.address()});
    config.username = "im";
    config.password_file = server_.folder() + "/password";
    EXPECT_TRUE(write_secret_file(config.password_file, "secret\n").ok());
    return config;
  }
  redis::RedisProcess server_{{"--user",  "default", "on",       "nopass",  "~*",      "&*",    "+@all",
                               "--user",  "im",      "on",       ">secret", "~im:*",   "+ping", "+select",
                               "+role",   "+eval",   "+evalsha", "+time",   "+get",    "+set",  "+del",
                               "+exists", "+hget",   "+hset",    "+hdel",   "+hgetall"}};
  Client first_client_{routers_user()}, second_client_{routers_user()}, admin_{redis::config_for({server_.address()})};
  RedisSlotStore first_{first_client_, "im"}, second_{second_client_, "im"};
};

INSTANTIATE_TEST_SUITE_P(Redis, SlotStoreContract,
                         testing::Values([]() -> std::unique_ptr<Bench> { return std::make_unique<RedisBench>(); }));

TEST(RedisSlotStoreTest, AWriteOfAGivenUpConnectionDoesNotOvertakeALaterOne) {
  RedisBench bench;
  const auto taken = result_of<Taken>([&](auto done) { bench.first().claim(1, {5}, 0, done); }).value();
  const SlotOwner owner{1, taken.at(0).second};
  const auto write = [&](SlotStore& store, const std::string& value) {
    return result_of<Ok>([&](auto done) { store.write(5, owner, {{"f", value}}, false, done); });
  };
  ASSERT_TRUE(write(bench.first(), "new").ok());
  ASSERT_TRUE(write(bench.first(), "newer").ok());
  const auto late = write(bench.second(), "old");  // serial 1, as if it had been on its way all the time
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(late.error().code, Error::Code::kUnavailable);
  EXPECT_EQ(result_of<SlotFields>([&](auto done) { bench.first().load(5, owner, done); }).value(),
            (SlotFields{{"f", "newer"}}));
}

TEST(RedisSlotStoreTest, AServerThatIsGoneIsUnavailableAndComesBackEmpty) {
  RedisBench bench;
  const auto claim = [&] { return result_of<Taken>([&](auto done) { bench.first().claim(1, {5}, 0, done); }); };
  const auto before = claim();
  ASSERT_TRUE(before.ok());
  bench.server().kill();
  EXPECT_TRUE(redis::eventually([&] {
    const auto refused = claim();
    return !refused.ok() && refused.error().code == Error::Code::kUnavailable;
  }));
  bench.server().start();
  Result<Taken> after = Taken{};
  EXPECT_TRUE(redis::eventually([&] { return (after = claim()).ok(); }));
  EXPECT_GT(after.value().at(0).second, before.value().at(0).second);  // Redis' clock
}

}  // namespace
}  // namespace im::router
