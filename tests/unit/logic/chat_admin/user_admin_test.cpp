#include "logic/chat_admin/user_admin.hpp"

#include <future>

#include <gtest/gtest.h>

#include "tests/support/test_chat.hpp"

namespace im::logic::chat_admin {
namespace {

/// User 1, who is in a group with user 2, is erased.
class UserAdminTest : public testing::Test {
 protected:
  store::LaneOptions lane() {
    store::LaneOptions options;
    options.commit = [this](sql::Connection& db) {
      return is_full_ ? Status(Error{Error::Code::kUnavailable, "the database is full"}) : db.commit();
    };
    return options;
  }
  /// The status of the answer.
  int erase() {
    HttpRequest request;
    request.query = {{"uid", "1"}};
    std::promise<HttpResponse> answered;
    admin_.erase(request, [&answered](HttpResponse response) { answered.set_value(std::move(response)); });
    return answered.get_future().get().status;
  }

  std::atomic<bool> is_full_ = false, becomes_full_ = false;
  test::TestChat chat_{{}, lane()};
  chat::ConvId group_ =
      chat_.groups.create(test::TestChat::actor(1), {.name = "Team", .members = {Uid(2)}}).value().place.conv;
  std::vector<boost::json::object> told_;
  Result<int> files_ = 0;
  BlockingPool pool_{{.threads = 1, .max_waiting = 10}};
  chat::UserEraser eraser_{*chat_.store, chat_.groups};
  UserAdmin admin_{{pool_, eraser_, chat_.groups,
                    [this](const std::vector<Uid>&, const LiveEvent& event) {
                      told_.push_back(event.json);
                      is_full_ = becomes_full_.load();
                    },
                    [](Uid, const std::function<void(Status)>& done) { done(Ok{}); }, [this](Uid) { return files_; }}};
};

TEST_F(UserAdminTest, TheGroupsAreToldOnce) {
  EXPECT_EQ(erase(), 200);
  ASSERT_EQ(told_.size(), 1U);
  EXPECT_EQ(told_[0].at("conv_id"), group_.value());
  EXPECT_EQ(erase(), 200);
  EXPECT_EQ(told_.size(), 1U);
}

/// The call that comes again finds no group any more.
TEST_F(UserAdminTest, TheGroupsAreToldThoughTheFilesStay) {
  files_ = Error{Error::Code::kUnavailable, "the bytes of 1 media are still there"};
  EXPECT_EQ(erase(), 503);
  EXPECT_EQ(told_.size(), 1U);
}

TEST_F(UserAdminTest, TheGroupsAreToldThoughTheMessagesStay) {
  ASSERT_TRUE(chat_.say(1, chat_.p2p(1, 2), "hello").ok());
  becomes_full_ = true;
  EXPECT_EQ(erase(), 503);
  EXPECT_EQ(told_.size(), 1U);
}

}  // namespace
}  // namespace im::logic::chat_admin
