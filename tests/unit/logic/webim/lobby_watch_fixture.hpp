#pragma once

#include <atomic>
#include <functional>
#include <future>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "common/base/slot.hpp"
#include "logic/push/push_service.hpp"
#include "logic/webim/guest_sweep.hpp"
#include "logic/webim/lobby_watch.hpp"
#include "tests/unit/logic/calls/call_fakes.hpp"

namespace im::logic::webim {

/// Those who are online are all that there is.
class FewSessions final : public SessionDirectory {
 public:
  void locate(LocateAsk ask, Done<LocateAnswer> done) override {
    LocateAnswer answer;
    answer.by_uid.resize(ask.uids.size());
    answer.by_room.assign(ask.rooms.size(), {kOne});
    for (std::size_t at = 0; at < ask.uids.size(); ++at) {
      answer.by_uid[at].resize(there.count(ask.uids[at]));
      for (const SessionEpoch epoch : sessions[ask.uids[at]]) answer.by_uid[at].emplace_back().epoch = epoch;
    }
    if (away) return done(Error{Error::Code::kUnavailable, "not now"});
    done(answer);
  }
  void bind(SessionInfo, Done<BindAnswer>) override {}
  void unbind(std::vector<SessionEnd>, Done<std::int32_t>) override {}
  void take_back(SessionEnd) override {}
  void online(OnlineAsk, Done<OnlineAnswer>) override {}
  std::set<std::int64_t> there;                                ///< with a session of epoch 0
  std::map<std::int64_t, std::vector<SessionEpoch>> sessions;  ///< and those of these users
  bool away = false;
};

/// What it is given, to be counted.
class CountingGateway final : public CometGateway {
 public:
  void send(const CometInstance&, CometCommand, Reached done) override {
    ++sent;
    done(1);
  }
  void kick_everywhere(Kick, Reached done) override { done(0); }
  void trace(const TraceAsk&, Traced) override {}
  std::atomic<int> sent{0};
};

class QuickQueue final : public PushQueue {
 public:
  void push(QueuedPush push, Done done) override {
    told.push_back(*push.content);
    if (before) std::exchange(before, {})();
    done(Ok{});
  }
  std::function<void()> before;   ///< once, when something is told
  std::vector<std::string> told;  ///< pushes as comets read them
};

class LobbyWatchTest : public testing::Test, public CallStack {
 protected:
  static constexpr std::int64_t kGrace = 60'000;
  FewSessions nobody_;
  QuickQueue queue_;
  PushService push_{nobody_, queue_, [] { return std::nullopt; }};
  People people_{*chat.store};
  LobbyVoice voice_{push_, nobody_, users, people_};
  Arrivals arrivals_{people_, voice_};
  RoomBook book_{*chat.store};
  CountingGateway comets_;
  UserEvents events_{nobody_, comets_};
  RoomVoice rooms_{book_, events_, pool};
  CallPages pages_{entries, asker, busy};
  PageCalls calls_{pages_};
  StayCheck stays_{nobody_,
                   {[this](const std::vector<Stay>& stays) { watch_.gone(stays); },
                    [this](const std::vector<Stay>& stays) { watch_.there(stays); }}};
  StayRound round_{*chat.store, people_, book_, stays_, kGrace};
  LobbyWatch watch_{{people_, voice_, arrivals_, rooms_, calls_, stays_, round_, pool}};

  void leaves(Uid uid) {
    UserChanged gone;
    gone.uid = uid;
    std::promise<void> done;
    watch_.handle({SlotEvent{0, 1, 1, gone}}, [&done] { done.set_value(); });
    done.get_future().wait();
  }
  void comes(Uid uid, const std::string& platform = kPlatform) {
    UserChanged there;
    there.uid = uid;
    there.count = 1;
    there.sessions.emplace_back().platform = platform;
    std::promise<void> done;
    watch_.handle({SlotEvent{0, 1, 1, there}}, [&done] { done.set_value(); });
    done.get_future().wait();
  }
  /// These are the user's sessions from now on, none of them a page's.
  void has(Uid uid, std::vector<SessionEpoch> live) {
    nobody_.sessions[uid.value()] = std::move(live);
    comes(uid, "web");
    all_done();
  }
  /// A router begins anew, and nobody is there.
  void all_have_gone(Uid uid) {
    const std::size_t slot = slot_of(uid.value());
    std::promise<void> done;
    watch_.handle({SlotEvent{slot, 2, 1, SlotBegan{}}, SlotEvent{slot, 2, 2, SlotKnown{}}},
                  [&done] { done.set_value(); });
    done.get_future().wait();
  }
  /// The pool has one thread.
  void all_done() {
    for (int i = 0; i < 3; ++i) {
      std::promise<void> done;
      ASSERT_TRUE(pool.post([&done] { done.set_value(); }).ok());
      done.get_future().wait();
    }
  }
  /// And it is done.
  void tell_again() {
    watch_.tell_again();
    all_done();
  }
  void sweep(LobbyWatch& watch) {
    watch.sweep();
    all_done();
  }
  void execute(const std::string& statement, const sql::Values& values = {}) {
    ASSERT_TRUE(chat.database.open()->execute(statement, values).ok());
  }
  /// As if so much time went by.
  void age(std::int64_t ms) {
    execute("UPDATE webim_online SET since_ms = since_ms - ?", {ms});
    execute("UPDATE webim_rooms SET joined_ms = joined_ms - ?", {ms});
  }
  Uid page_in(const std::string& room) {
    const Uid uid = people_.add_stranger().value();
    EXPECT_TRUE(book_.join({uid, room, "", {}, {}}).ok());
    return uid;
  }
  /// All have heard that they came.
  bool heard_of(Uid uid) { return people_.announced(people_.present({uid}).value().front()).ok(); }
  Uid told_page() {
    const Uid uid = people_.add_guest("p", "", false).value().uid;
    EXPECT_TRUE(heard_of(uid));
    return uid;
  }
  std::size_t in_room(const std::string& room) { return book_.members(room).value().size(); }
  bool listed(Uid uid) { return !people_.present({uid}).value().empty(); }
};

}  // namespace im::logic::webim
