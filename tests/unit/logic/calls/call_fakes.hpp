#pragma once

#include <atomic>
#include <map>
#include <mutex>

#include "logic/calls/call_asker.hpp"
#include "logic/calls/call_entries.hpp"
#include "logic/routers/shared_table.hpp"
#include "tests/support/test_chat.hpp"
#include "tests/unit/logic/logic_fakes.hpp"

namespace im::logic {

/// Answers every command with `reply`, and keeps what was asked and settled. Any thread.
class FakeCalls final : public CallTable {
 public:
  void apply(im::calls::ApplyRequest request, Done<im::calls::ApplyReply> done) override {
    im::calls::ApplyReply answer;
    {
      const std::lock_guard lock(mutex_);
      asked_.push_back(std::move(request));
      answer = reply;
    }
    done(std::move(answer));
  }
  void settle(im::calls::SettleRequest request) override { settled.push_back(std::move(request)); }
  std::vector<im::calls::ApplyRequest> asked() const {
    const std::lock_guard lock(mutex_);
    return asked_;
  }
  im::calls::ApplyReply reply;
  std::vector<im::calls::SettleRequest> settled;

 private:
  mutable std::mutex mutex_;
  std::vector<im::calls::ApplyRequest> asked_;
};

/// The routers' shared table under a clock of the test. Any thread.
class FakeShared final : public SharedTable {
 public:
  using Ms = std::chrono::milliseconds;
  void put_if_absent(std::string key, std::string value, Ms ttl,
                     std::function<void(Result<std::optional<std::string>>)> done) override {
    if (auto there = find(key)) return done(there);
    rows_[key] = {std::move(value), now + ttl};
    done(std::optional<std::string>());
  }
  void put(std::string key, std::string value, Ms ttl, std::function<void(Status)> done) override {
    rows_[key] = {std::move(value), now + ttl};
    done(Ok{});
  }
  void get(std::string key, std::function<void(Result<std::optional<std::string>>)> done) override {
    if (away) return done(Error{Error::Code::kUnavailable, "no router"});
    done(find(key));
  }
  void remove(std::string key, std::function<void(Status)> done) override {
    rows_.erase(key);
    done(Ok{});
  }
  Ms now{0};
  std::atomic<bool> away{false};

 private:
  std::optional<std::string> find(const std::string& key) {
    const auto row = rows_.find(key);
    if (row == rows_.end() || row->second.second <= now) return std::nullopt;
    return row->second.first;
  }
  std::map<std::string, std::pair<std::string, Ms>> rows_;
};

/// Tells nobody anything.
class NoGateway final : public CometGateway {
 public:
  void send(const CometInstance&, CometCommand, Reached done) override { done(1); }
  void kick_everywhere(Kick, Reached done) override { done(0); }
  void trace(const TraceAsk&, Traced) override {}
};

/// What commands of calls use, over a store with ten users.
struct CallStack {
  test::TestChat chat;
  FakeCalls calls;
  FakeShared shared;
  FakeSessions sessions;
  NoGateway gateway;
  UserEvents users{sessions, gateway};
  CallDelivery delivery{calls, gateway, users};
  IceServers ice{CallsConfig{}};
  CallBusy busy{calls, shared};
  CallAsker asker{calls, delivery, ice, busy};
  CallTargets targets{*chat.store, chat.conversations};
  BlockingPool pool{{.threads = 1, .max_waiting = 100}};
  CallEntries entries{{asker, busy, targets, pool}, 100};

  static Caller caller(std::int64_t uid) {
    Caller one;
    one.uid = Uid(uid);
    one.key = "k" + std::to_string(uid);
    one.comet = kOne;
    one.conn = ConnId(7);
    one.said_hello = true;
    return one;
  }
};

}  // namespace im::logic
