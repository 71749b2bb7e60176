#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "common/base/clock.hpp"
#include "logic/identity/answer_cache.hpp"
#include "logic/identity/authenticator.hpp"
#include "logic/identity/hook_answer.hpp"

namespace im::logic {

struct HookReply {
  int status = 0;
  std::string body;
};

/// The way to the operator's service. Never blocks; `done` runs once, before the deadline of a call, on any thread. An
/// answer of any status is a success.
class HookCaller {
 public:
  virtual ~HookCaller() = default;
  virtual void ask(std::string question, std::function<void(Result<HookReply>)> done) = 0;
};

struct WebhookRules {
  std::chrono::milliseconds cache{10000};          ///< how long a granted answer is used again; 0 = not at all
  std::chrono::milliseconds negative_cache{2000};  ///< the same of a refusal
  std::chrono::milliseconds stale{0};  ///< how long a granted answer may stand in for a broken hook; 0 = not at all
  std::size_t entries = 100000;        ///< of each cache
};

struct WebhookStats {
  std::atomic<std::uint64_t> granted{0}, refused{0};         ///< by the hook
  std::atomic<std::uint64_t> cached{0}, cached_refusals{0};  ///< without asking it
  std::atomic<std::uint64_t> stale{0};                       ///< it failed, an older answer was taken
  std::atomic<std::uint64_t> timeouts{0}, unreachable{0}, overloaded{0}, bad_answers{0};  ///< it failed
};

/// Identity `webhook` (docs/identity.md): the operator's HTTP service says who a client is. Answers are remembered
/// under the digest of everything that was asked. Any thread.
class WebhookAuthenticator final : public Authenticator {
 public:
  struct Clock {
    std::function<TimePoint()> now = monotonic_now;
    std::function<std::int64_t()> unix_s = [] { return unix_ms() / 1000; };
  };

  WebhookAuthenticator(HookCaller& caller, WebhookRules rules, Clock clock);

  void identify(AuthAsk ask, Done done) override;
  const WebhookStats& stats() const { return stats_; }
  std::size_t cached_answers() const;

 private:
  /// A granted answer and when its session ends.
  struct Known {
    HookGrant grant;
    std::int64_t expires_s = 0;
  };
  struct Login {
    std::string name;  ///< in the caches
    bool v1 = false;
    StatedIdentity stated;
    Done done;
  };
  bool answer_from_cache(Login& login);
  void on_reply(Login& login, const Result<HookReply>& reply);
  void on_refusal(const Login& login);
  void on_grant(Login& login, HookGrant grant);
  void on_failure(Login& login, const Error& error);
  void count_failure(const Error& error);
  static Result<Identity> identity_of(const Known& known, const Login& login);

  HookCaller& caller_;
  const WebhookRules rules_;
  const Clock clock_;
  WebhookStats stats_;
  std::atomic<bool> failing_{false};
  mutable std::mutex mutex_;
  AnswerCache<Known> granted_;
  AnswerCache<bool> refused_;
};

}  // namespace im::logic
