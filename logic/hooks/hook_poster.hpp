#pragma once

#include <functional>
#include <string>

#include "logic/identity/hook_pool.hpp"

namespace im::logic {

/// The way to one URL of the operator's service: signed, within a deadline. Never blocks; `done` runs once, on any
/// thread, with whatever was answered. The seam for tests.
class HookPoster {
 public:
  virtual ~HookPoster() = default;
  virtual void post(std::string body, std::function<void(Result<HookReply>)> done) = 0;
};

/// Over HTTP. `secret` outlives it.
class HttpHookPoster final : public HookPoster {
 public:
  HttpHookPoster(client::HttpPoolConfig pool, const HookSecret& secret) : secret_(secret), pool_(std::move(pool)) {}
  void post(std::string body, std::function<void(Result<HookReply>)> done) override;
  void stop() { pool_.stop(); }

 private:
  const HookSecret& secret_;
  client::HttpPool pool_;
};

}  // namespace im::logic
