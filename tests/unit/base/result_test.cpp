#include "common/base/result.hpp"

#include <memory>
#include <set>
#include <string>
#include <type_traits>

#include <gtest/gtest.h>

namespace im {
namespace {

Result<int> half(int number) {
  if (number % 2 != 0) return Error{Error::Code::kInvalid, "odd"};
  return number / 2;
}

TEST(ResultTest, HoldsAValueOrAnError) {
  ASSERT_TRUE(half(4).ok());
  EXPECT_EQ(half(4).value(), 2);
  const Result<int> bad = half(3);
  EXPECT_FALSE(bad);
  EXPECT_EQ(bad.error().code, Error::Code::kInvalid);
  EXPECT_EQ(bad.error().message, "odd");
}

TEST(ResultTest, GivesItsValueAway) {
  Result<std::unique_ptr<int>> made(std::make_unique<int>(7));
  const std::unique_ptr<int> taken = std::move(made).value();
  EXPECT_EQ(*taken, 7);
}

TEST(ResultTest, AValueOutlivesTheCallThatGaveIt) {
  const auto letters = [] { return Result<std::string>(std::string(100, 'x')); };
  int seen = 0;
  for (const char letter : letters().value()) seen += letter == 'x' ? 1 : 0;  // a reference would be gone here
  EXPECT_EQ(seen, 100);
  static_assert(std::is_same_v<decltype(letters().value()), std::string>);
  static_assert(std::is_same_v<decltype(letters().error()), Error>);
}

TEST(ResultTest, StatusIsAResultWithoutAValue) {
  EXPECT_TRUE(Status(Ok{}).ok());
  EXPECT_FALSE(Status(Error{Error::Code::kTimeout, ""}).ok());
}

TEST(ErrorTest, EveryCodeHasItsOwnName) {
  std::set<std::string> names;
  for (int code = 0; code <= static_cast<int>(Error::Code::kInternal); ++code) {
    names.insert(to_string(static_cast<Error::Code>(code)));
  }
  EXPECT_EQ(names, (std::set<std::string>{"invalid", "denied", "not_found", "conflict", "not_owner", "unavailable",
                                          "timeout", "overloaded", "internal"}));
}

}  // namespace
}  // namespace im
