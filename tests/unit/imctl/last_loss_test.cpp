#include "tools/imctl/last_loss.hpp"

#include <gtest/gtest.h>

namespace im::imctl {
namespace {

client::Status loss_of(client::State state, int cut_short = 0, int turned_away = 0) {
  client::Status status;
  status.state = state;
  status.cut_short = cut_short;
  status.turned_away = turned_away;
  return status;
}

TEST(LastLoss, WhatTheCometEndedForGood) {
  EXPECT_EQ(last_loss(loss_of(client::State::kEnded), "key phone"), "key phone must not come back by itself");
  EXPECT_EQ(last_loss(loss_of(client::State::kEnded), ""), "this client must not come back by itself");
}

TEST(LastLoss, TwoWithOneKeyOverTcpAreBelievedTheThirdTime) {
  EXPECT_EQ(last_loss(loss_of(client::State::kWaiting, 2), "key phone"), "");
  EXPECT_NE(last_loss(loss_of(client::State::kWaiting, 3), "key phone").find("another client uses key phone"),
            std::string::npos);
  EXPECT_EQ(last_loss(loss_of(client::State::kWaiting, 9), ""), "") << "nobody can have its key";
}

TEST(LastLoss, AnyOtherLossIsNotTheLast) {
  EXPECT_EQ(last_loss(loss_of(client::State::kWaiting, 0, 9), "key phone"), "");
  EXPECT_EQ(last_loss(loss_of(client::State::kConnected), "key phone"), "");
}

}  // namespace
}  // namespace im::imctl
