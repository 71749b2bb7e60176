#include "tools/imctl/calls/call_test.hpp"

#include <gtest/gtest.h>

namespace im::imctl {
namespace {

TEST(CallTestTest, ACometThatIsNotThereIsNamedAndNotWaitedFor) {
  const client::Address nobody{"127.0.0.1", 1};
  boost::asio::io_context context(1);
  CallTest test(context, {.caller_comet = nobody,
                          .callee_comet = nobody,
                          .caller_token = "a",
                          .callee_token = "b",
                          .candidates = 1,
                          .timeout = std::chrono::seconds(5)});
  test.start([&context] { context.stop(); });
  context.run();
  EXPECT_TRUE(test.unreachable());
  EXPECT_EQ(test.failure().rfind("cannot reach the comet at 127.0.0.1:1: ", 0), 0U) << test.failure();
  EXPECT_NE(test.failure().find("refused"), std::string::npos) << test.failure();
}

}  // namespace
}  // namespace im::imctl
