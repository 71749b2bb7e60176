#include "tools/imctl/chat/way_patience.hpp"

#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

namespace im::imctl {
namespace {

/// A wait that is over before it begins: its end is on the way when what was posted runs.
constexpr std::chrono::seconds kOver{-1};

TEST(WayPatience, GivesUpOnceAndSaysWhatWasLast) {
  boost::asio::io_context context;
  std::vector<std::string> given_up;
  WayPatience patience(context, kOver, [&](const std::string& why) { given_up.push_back(why); });
  patience.start();
  patience.lost("refused");
  context.run();
  ASSERT_EQ(given_up.size(), 1U);
  EXPECT_NE(given_up[0].find("refused"), std::string::npos) << given_up[0];
}

TEST(WayPatience, ZeroWaitsForEver) {
  boost::asio::io_context context;
  WayPatience patience(context, std::chrono::seconds(0), [](const std::string& why) { FAIL() << why; });
  patience.start();
  EXPECT_EQ(context.run(), 0U);
}

TEST(WayPatience, TheEndOfAnEarlierWaitIsNotTheEndOfThisOne) {
  boost::asio::io_context context;
  int given_up = 0;
  WayPatience patience(context, kOver, [&](const std::string&) { ++given_up; });
  patience.start();
  boost::asio::post(context, [&] {
    patience.there();
    patience.lost("again");
    boost::asio::post(context, [&] { patience.there(); });
  });
  EXPECT_EQ(context.run(), 4U) << "both waits ended by themselves, before they were called off";
  EXPECT_EQ(given_up, 0);
}

}  // namespace
}  // namespace im::imctl
