#pragma once

#include <memory>

#include "common/base/blocking_pool.hpp"
#include "logic/events/events_part.hpp"
#include "logic/hooks/hook_courier.hpp"
#include "logic/hooks/hooks_config.hpp"
#include "logic/hooks/moderator.hpp"
#include "logic/hooks/offline_pushes.hpp"
#include "logic/hooks/user_transitions.hpp"
#include "logic/part.hpp"
#include "logic/routers/routers_part.hpp"

namespace im::logic {

/// What the operator's HTTP service hears of the chat, and what it is asked (docs/hooks.md).
class HooksPart final : public Part {
 public:
  struct Uses {
    RoutersPart& routers;
    EventsPart& events;
    store::Store& store;
  };
  /// Throws std::runtime_error: no secret.
  HooksPart(const HooksConfig& config, Uses uses);
  ~HooksPart() override { stop(); }

  /// Null: nobody hears of it.
  OfflinePushes* offline() { return courier_ ? &offline_ : nullptr; }
  /// Null: nobody is asked.
  Moderator* moderator() { return moderator_.get(); }

  void add_metrics(MetricsPage& page) const override;
  void start() override;
  void tick(TimePoint now) override;
  void stop() override;

 private:
  HookSecret secret_;
  BlockingPool pool_;
  HookQueue queue_;
  OfflinePushes offline_;
  UserTransitions users_;
  std::unique_ptr<HttpHookPoster> poster_, questions_;
  std::unique_ptr<HookCourier> courier_;
  std::unique_ptr<Moderator> moderator_;
  TimePoint swept_{};
};

}  // namespace im::logic
