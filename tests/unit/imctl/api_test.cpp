#include "tools/imctl/api.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace im::imctl {
namespace {

using testing::ElementsAre;

TEST(SplitQuery, StaysBelowTheLimit) {
  EXPECT_THAT(split_query("k", {}, 10), ElementsAre());
  EXPECT_THAT(split_query("k", {"a", "b", "c"}, 7), ElementsAre("k=a&k=b", "k=c"));
  EXPECT_THAT(split_query("k", {"a", "b", "c"}, 100), ElementsAre("k=a&k=b&k=c"));
}

TEST(SplitQuery, AValueAboveTheLimitGoesAlone) {
  EXPECT_THAT(split_query("k", {"a", "bbbbbbbb", "c"}, 5), ElementsAre("k=a", "k=bbbbbbbb", "k=c"));
}

TEST(SplitQuery, ValuesAreEscaped) { EXPECT_THAT(split_query("k", {"a&b"}, 10), ElementsAre("k=a%26b")); }

TEST(CallApi, TextsOfWhatCannotBeCalled) {
  EXPECT_THROW(call_api("nonsense", "GET", "/"), UsageError);
  try {
    call_api("http://127.0.0.1:1", "GET", "/");
    FAIL();
  } catch (const Failure& failure) {
    EXPECT_STREQ(failure.what(),
                 "cannot reach logic at http://127.0.0.1:1: connection refused; ./im status shows what runs");
  }
}

}  // namespace
}  // namespace im::imctl
