#include "logic/calls/call_busy.hpp"

#include <gtest/gtest.h>

#include "tests/unit/logic/calls/call_fakes.hpp"

namespace im::logic {
namespace {

class CallBusyTest : public testing::Test {
 protected:
  FakeCalls calls_;
  FakeShared shared_;
  CallBusy busy_{calls_, shared_};

  bool claim() {
    bool taken = false;
    busy_.claim(Uid(1), "pair:1:2", [&taken](const Result<bool>& is_free) { taken = is_free.ok() && is_free.value(); });
    return taken;
  }
  std::optional<std::string> scope() {
    std::optional<std::string> found;
    busy_.scope_of(Uid(1), [&found](const Result<std::optional<std::string>>& there) { found = there.value(); });
    return found;
  }
};

/// An old page reports nothing while it rings: its note is what its end is found by.
TEST_F(CallBusyTest, ACallToTheSameUserIsNotedAnew) {
  EXPECT_TRUE(claim());
  shared_.now += std::chrono::seconds(140);
  EXPECT_TRUE(claim());
  shared_.now += std::chrono::seconds(60);
  EXPECT_EQ(scope(), "pair:1:2") << "as long as from the second call on";
  shared_.now += std::chrono::seconds(100);
  EXPECT_FALSE(scope());
}

}  // namespace
}  // namespace im::logic
