#pragma once

#include <future>
#include <mutex>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "common/base/blocking_pool.hpp"
#include "logic/chat_requests/chat_commands.hpp"
#include "logic/chat_requests/live_events.hpp"
#include "tests/support/test_chat.hpp"

namespace im::logic {

/// The chat's commands as a client meets them, over a store with ten users. Keeps what those online would be told.
class ChatDoor {
 public:
  struct Told {
    std::vector<Uid> users;
    boost::json::object event;
  };
  ~ChatDoor() { pool.stop(); }

  boost::json::object ask(int uid, const std::string& cmd, boost::json::object fields) {
    fields["cmd"] = cmd;
    std::promise<boost::json::object> got;
    router.run({.uid = Uid(uid), .key = "k", .device = "phone", .said_hello = true}, boost::json::serialize(fields),
               [&got](const Answer& answer) { got.set_value(boost::json::parse(to_json(answer)).as_object()); });
    return got.get_future().get();
  }
  /// 0: it went well.
  std::int64_t code(int uid, const std::string& cmd, boost::json::object fields) {
    const auto answer = ask(uid, cmd, std::move(fields));
    return answer.at("ok").as_bool() ? 0 : answer.at("code").as_int64();
  }
  /// What was told since the last call.
  std::vector<Told> told() {
    const std::lock_guard lock(mutex_);
    return std::exchange(told_, {});
  }

  test::TestChat chat;
  RequestLimits limits{Rate(0, 0), {}};
  RequestRouter router{limits, {}};
  BlockingPool pool{{.threads = 2}};
  ChatCommands commands{router, pool};
  TellLive tell = [this](const std::vector<Uid>& users, const LiveEvent& event) {
    const std::lock_guard lock(mutex_);
    told_.push_back({users, event.json});
  };

 private:
  std::mutex mutex_;
  std::vector<Told> told_;
};

}  // namespace im::logic
