#include "logic/presence/presence_counts.hpp"

namespace im::logic {

void PresenceCounts::handle(const std::vector<SlotEvent>& events, std::function<void()> done) {
  for (const SlotEvent& event : events) {
    if (const auto* user = std::get_if<UserChanged>(&event.what)) {
      ++(user->count > 0 ? stats_.online : stats_.offline);
    } else if (!std::holds_alternative<CallChanged>(event.what)) {
      ++(std::holds_alternative<SlotBegan>(event.what) ? stats_.slots_begun : stats_.slots_known);
    }
  }
  done();
}

}  // namespace im::logic
