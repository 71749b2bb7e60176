#include "tools/imctl/chat/way_patience.hpp"

#include <utility>

namespace im::imctl {

void WayPatience::lost(std::string why) {
  why_ = std::move(why);
  if (most_.count() == 0 || std::exchange(runs_, true)) return;
  timer_.expires_after(most_);
  timer_.async_wait([this, wait = wait_](const boost::system::error_code& error) {
    if (error || wait != wait_) return;
    runs_ = false;
    over_("no way to the cluster for " + std::to_string(most_.count()) + " s (--patience): " + why_);
  });
}

void WayPatience::there() {
  runs_ = false;
  ++wait_;  // cancel() does not reach a handler that is about to run
  timer_.cancel();
}

}  // namespace im::imctl
