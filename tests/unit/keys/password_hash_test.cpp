#include "common/keys/password_hash.hpp"

#include <gtest/gtest.h>

namespace im {
namespace {

TEST(PasswordHash, HoldsForItsPasswordOnly) {
  const PasswordHash hash(PasswordCost{64, 1, 1});
  const auto made = hash.make("correct horse");
  ASSERT_TRUE(made.ok()) << made.error().message;
  EXPECT_TRUE(PasswordHash::holds(made.value(), "correct horse"));
  EXPECT_FALSE(PasswordHash::holds(made.value(), "correct horsE"));
  EXPECT_FALSE(PasswordHash::holds("", ""));
  EXPECT_FALSE(PasswordHash::holds("$argon2id$nonsense", "correct horse"));
  EXPECT_NE(hash.make("correct horse").value(), made.value());
}

}  // namespace
}  // namespace im
