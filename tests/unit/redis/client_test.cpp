#include "tests/unit/redis/client_fixture.hpp"

namespace im::redis {
namespace {

class RedisClientTest : public testing::Test {
 protected:
  std::unique_ptr<Client> connected(Config config) {
    auto client = std::make_unique<Client>(std::move(config));
    client->start();
    EXPECT_TRUE(comes_up(*client)) << detail(*client);
    return client;
  }
  std::unique_ptr<Client> connected() { return connected(config_for({redis_.address()})); }
  RedisProcess redis_;
};

TEST_F(RedisClientTest, TenThousandCommandsAreAnsweredInTheirOrder) {
  const auto client = connected();
  std::vector<std::int64_t> seen;
  std::promise<void> all;
  for (int i = 1; i <= 10000; ++i) {
    client->command({"INCR", "n"}, [&, i](Result<Reply> result) {
      seen.push_back(result.ok() ? result.value().integer : -1);
      if (i == 10000) all.set_value();
    });
  }
  ASSERT_EQ(all.get_future().wait_for(kPatience), std::future_status::ready);
  ASSERT_EQ(seen.size(), 10000U);
  for (std::size_t i = 0; i < seen.size(); ++i) ASSERT_EQ(seen[i], static_cast<std::int64_t>(i) + 1);
  EXPECT_EQ(client->stats().answered, 10000U);
  EXPECT_EQ(client->stats().connections, 1U);
}

TEST_F(RedisClientTest, EveryKindOfReplyComesAsItIs) {
  const auto client = connected();
  const std::string bytes("a\0b\r\n", 5);
  EXPECT_EQ(ask(*client, {"SET", "k", bytes}).value().kind, Reply::Kind::kStatus);
  EXPECT_EQ(ask(*client, {"GET", "k"}).value().text, bytes);
  EXPECT_TRUE(ask(*client, {"GET", "none"}).value().nil());
  EXPECT_EQ(ask(*client, {"STRLEN", "k"}).value().integer, 5);
  const auto list = ask(*client, {"EVAL", "return {1, 'two', {false, redis.error_reply('E x')}}", "0"}).value();
  ASSERT_EQ(list.items.size(), 3U);
  EXPECT_EQ(list[1].text, "two");
  EXPECT_TRUE(list[2][0].nil());
  EXPECT_EQ(list[2][1].kind, Reply::Kind::kError);
  const auto refused = ask(*client, {"LPUSH", "k", "x"});
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message.find(redis_.address()), std::string::npos);
  EXPECT_NE(refused.error().message.find("WRONGTYPE"), std::string::npos);
  EXPECT_TRUE(ask(*client, {"PING"}).ok());
}

TEST_F(RedisClientTest, AScriptIsSentWholeOnceAndAgainWhenRedisForgotIt) {
  const auto client = connected();
  const Script script("return KEYS[1] .. ARGV[1] .. ARGV[2]");
  const auto run = [&] {
    Waiting waiting;
    client->script(script, {"k"}, {"a", "b"}, promise(waiting));
    return result_of(waiting);
  };
  const auto whole = [&] {
    return ask(*client, {"INFO", "commandstats"}).value().text.find("cmdstat_evalsha:") == std::string::npos;
  };
  EXPECT_EQ(run().value().text, "kab");
  EXPECT_TRUE(whole());
  EXPECT_EQ(run().value().text, "kab");
  EXPECT_FALSE(whole());
  ASSERT_TRUE(ask(*client, {"SCRIPT", "FLUSH"}).ok());
  EXPECT_EQ(run().value().text, "kab");
  EXPECT_EQ(client->stats().refused, 0U);
}

TEST_F(RedisClientTest, ALateAnswerCostsTheConnectionAndOnlyTheOldestIsATimeout) {
  auto config = config_for({redis_.address()});
  config.command_timeout = 300ms;
  const auto client = connected(config);
  redis_.freeze(true);
  auto first = send(*client, {"PING"});
  auto second = send(*client, {"PING"});
  const auto late = result_of(first), reset = result_of(second);
  redis_.freeze(false);
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(late.error().code, Error::Code::kTimeout);
  EXPECT_NE(late.error().message.find(redis_.address()), std::string::npos);
  ASSERT_FALSE(reset.ok());
  EXPECT_EQ(reset.error().code, Error::Code::kUnavailable);
  EXPECT_TRUE(eventually([&] { return client->stats().connections == 2; }));
  EXPECT_EQ(client->stats().timeouts, 1U);
  EXPECT_EQ(client->stats().pending, 0U);
}

TEST_F(RedisClientTest, AKilledServerIsNoticedAndFoundAgain) {
  const auto client = connected();
  redis_.kill();
  ASSERT_TRUE(eventually([&] { return !client->up(nullptr); }));
  const auto refused = ask(*client, {"PING"});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, Error::Code::kUnavailable);
  ASSERT_TRUE(eventually([&] { return detail(*client).find("Connection refused") != std::string::npos; }))
      << detail(*client);
  EXPECT_NE(detail(*client).find(redis_.address()), std::string::npos);
  redis_.start();
  ASSERT_TRUE(comes_up(*client));
  EXPECT_TRUE(ask(*client, {"PING"}).ok());
  EXPECT_EQ(client->stats().connections, 2U);
}

TEST_F(RedisClientTest, MoreThanMaxPendingIsRefused) {
  auto config = config_for({redis_.address()});
  config.max_pending = 2;
  const auto client = connected(config);
  redis_.freeze(true);
  auto first = send(*client, {"PING"});
  auto second = send(*client, {"PING"});
  const auto third = ask(*client, {"PING"});
  redis_.freeze(false);
  ASSERT_FALSE(third.ok());
  EXPECT_EQ(third.error().code, Error::Code::kOverloaded);
  EXPECT_TRUE(result_of(first).ok());
  EXPECT_TRUE(result_of(second).ok());
  EXPECT_EQ(client->stats().overloaded, 1U);
}

TEST_F(RedisClientTest, MoreThanMaxPendingBytesIsRefusedButForOneAlone) {
  auto config = config_for({redis_.address()});
  config.max_pending_bytes = 1000;
  const auto client = connected(config);
  const std::string large(2000, 'x');
  EXPECT_EQ(ask(*client, {"ECHO", large}).value().text, large);
  redis_.freeze(true);
  auto first = send(*client, {"ECHO", "small"});
  const auto second = ask(*client, {"ECHO", large});
  auto third = send(*client, {"ECHO", "small"});
  redis_.freeze(false);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, Error::Code::kOverloaded);
  EXPECT_TRUE(result_of(first).ok());
  EXPECT_TRUE(result_of(third).ok());
  EXPECT_EQ(client->stats().pending_bytes, 0U);
}

TEST_F(RedisClientTest, StopAnswersWhatIsPending) {
  const auto client = connected();
  redis_.freeze(true);
  std::vector<Waiting> pending;
  for (int i = 0; i < 100; ++i) pending.push_back(send(*client, {"PING"}));
  client->stop();
  redis_.freeze(false);
  for (auto& each : pending) {
    ASSERT_EQ(each.wait_for(0s), std::future_status::ready);
    EXPECT_EQ(each.get().error().code, Error::Code::kUnavailable);
  }
}

TEST_F(RedisClientTest, AReplicaIsPassedOver) {
  RedisProcess replica({"--replicaof", "127.0.0.1 " + std::to_string(redis_.port())});
  const auto client = connected(config_for({replica.address(), redis_.address()}));
  EXPECT_EQ(detail(*client), "Redis at " + redis_.address());
}

TEST_F(RedisClientTest, AMasterThatBecomesAReplicaIsLeft) {
  RedisProcess other;
  const auto client = connected(config_for({redis_.address(), other.address()}));
  ASSERT_TRUE(ask(*client, {"REPLICAOF", "127.0.0.1", std::to_string(other.port())}).ok());
  const auto refused = ask(*client, {"SET", "k", "v"});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, Error::Code::kUnavailable);
  EXPECT_NE(refused.error().message.find("READONLY"), std::string::npos);
  EXPECT_TRUE(eventually([&] { return detail(*client) == "Redis at " + other.address(); })) << detail(*client);
  EXPECT_TRUE(ask(*client, {"SET", "k", "v"}).ok());
}

TEST_F(RedisClientTest, DatabasesAreApart) {
  auto config = config_for({redis_.address()});
  config.database = 3;
  const auto other = connected(config), client = connected();
  ASSERT_TRUE(ask(*other, {"SET", "k", "v"}).ok());
  EXPECT_TRUE(ask(*client, {"GET", "k"}).value().nil());
}

}  // namespace
}  // namespace im::redis
