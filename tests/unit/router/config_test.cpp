#include "router/config.hpp"

#include <cstdio>
#include <sys/stat.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "common/base/secret_file.hpp"

namespace im::router {
namespace {

using Flags = std::vector<std::pair<std::string, std::string>>;

/// What is wrong with these flags; "" when nothing is.
std::string problem(const Flags& flags) {
  Config config;
  config::Options options;
  describe(options, config);
  const auto loaded = config::load(options, "router", "", flags);
  return loaded.problems.empty() ? "" : loaded.problems.front().message;
}

TEST(RouterConfig, RedisKeysAreTaken) {
  const std::string password = testing::TempDir() + "redis-password-" + std::to_string(::getpid());
  ASSERT_TRUE(write_secret_file(password, "secret\n").ok());
  EXPECT_EQ(problem({}), "");
  EXPECT_EQ(problem({{"redis.addresses", "10.0.0.1:26379,[::1]:26379"},
                     {"redis.sentinel_master", "im"},
                     {"redis.username", "im"},
                     {"redis.password_file", password},
                     {"redis.database", "2"},
                     {"redis.prefix", "im-2"},
                     {"redis.timeout", "250ms"}}),
            "");
  ::chmod(password.c_str(), 0640);
  EXPECT_NE(problem({{"redis.password_file", password}}).find("is open to other users; chmod 600 " + password),
            std::string::npos);
  std::remove(password.c_str());
}

TEST(RouterConfig, MistakesAreNamed) {
  const auto expect = [](const Flags& flags, const std::string& text) {
    EXPECT_NE(problem(flags).find(text), std::string::npos) << problem(flags);
  };
  expect({{"redis.addresses", "10.0.0.1"}}, "redis.addresses: \"10.0.0.1\" is not HOST:PORT");
  expect({{"redis.addresses", "10.0.0.1:70000"}}, "redis.addresses");
  expect({{"redis.sentinel_master", "im"}}, "redis.sentinel_master: name the Sentinels");
  expect({{"redis.username", "im"}}, "redis.username: it needs redis.password_file");
  expect({{"redis.password_file", "/nowhere/redis"}}, "redis.password_file: \"/nowhere/redis\" cannot be read");
  expect({{"redis.prefix", "a b"}}, "redis.prefix");
  expect({{"redis.timeout", "1ms"}}, "redis.timeout");
}

}  // namespace
}  // namespace im::router
