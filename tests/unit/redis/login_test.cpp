#include "common/base/secret_file.hpp"
#include "tests/unit/redis/client_fixture.hpp"

namespace im::redis {
namespace {

/// The file with the client's password, in the server's folder.
Config with_password(const RedisProcess& redis, const std::string& user, const std::string& password) {
  auto config = config_for({redis.address()});
  config.username = user;
  config.password_file = redis.folder() + "/password";
  EXPECT_TRUE(write_secret_file(config.password_file, password + "\n").ok());
  return config;
}

TEST(RedisLoginTest, AWrongPasswordIsNamedAndTheRightOneIsReadWithoutARestart) {
  RedisProcess redis({"--requirepass", "right"});
  Client client(with_password(redis, "", "wrong"));
  client.start();
  EXPECT_TRUE(says(client, "WRONGPASS")) << detail(client);
  EXPECT_TRUE(says(client, "check redis.username and redis.password_file"));
  EXPECT_TRUE(says(client, redis.address()));
  with_password(redis, "", "right");
  EXPECT_TRUE(comes_up(client)) << detail(client);
}

TEST(RedisLoginTest, AMissingPasswordOrFileIsNamed) {
  RedisProcess redis({"--requirepass", "right"});
  Client without(config_for({redis.address()}));
  without.start();
  EXPECT_TRUE(says(without, "NOAUTH")) << detail(without);
  auto config = config_for({redis.address()});
  config.password_file = redis.folder() + "/none";
  Client missing(config);
  missing.start();
  EXPECT_TRUE(says(missing, config.password_file + ": cannot be read")) << detail(missing);
}

TEST(RedisLoginTest, AUserOfTheAclLogsIn) {
  RedisProcess redis({"--user", "im", "on", ">secret", "~*", "+@all"});
  Client client(with_password(redis, "im", "secret"));
  client.start();
  ASSERT_TRUE(comes_up(client)) << detail(client);
  EXPECT_EQ(ask(client, {"ACL", "WHOAMI"}).value().text, "im");
}

class SentinelTest : public testing::Test {
 protected:
  static std::string watch(const RedisProcess& master) {
    return "sentinel monitor im 127.0.0.1 " + std::to_string(master.port()) +
           " 1\nsentinel down-after-milliseconds im 500\nsentinel failover-timeout im 3000\n";
  }
  Config config(const RedisProcess& sentinel) {
    auto config = config_for({"127.0.0.1:1", sentinel.address()});  // the first one does not run
    config.sentinel_master = "im";
    return config;
  }
};

TEST_F(SentinelTest, ThePromotedMasterIsFound) {
  RedisProcess master;
  RedisProcess replica({"--replicaof", "127.0.0.1 " + std::to_string(master.port())});
  const auto sentinel = RedisProcess::sentinel(watch(master));
  Client client(config(sentinel));
  client.start();
  ASSERT_TRUE(comes_up(client)) << detail(client);
  EXPECT_EQ(detail(client), "Redis at " + master.address());
  ASSERT_TRUE(ask(client, {"SET", "k", "v"}).ok());
  ASSERT_EQ(ask(client, {"WAIT", "1", "10000"}).value().integer, 1);
  master.kill();
  ASSERT_TRUE(eventually([&] { return detail(client) == "Redis at " + replica.address(); })) << detail(client);
  EXPECT_EQ(ask(client, {"GET", "k"}).value().text, "v");
}

TEST_F(SentinelTest, AnUnknownNameIsSaid) {
  RedisProcess master;
  const auto sentinel = RedisProcess::sentinel(watch(master));
  auto wrong = config(sentinel);
  wrong.sentinel_master = "other";
  Client client(wrong);
  client.start();
  EXPECT_TRUE(says(client, "knows no master \"other\"; see redis.sentinel_master")) << detail(client);
}

}  // namespace
}  // namespace im::redis
