#include "comet/connection/stats.hpp"

namespace im::comet {

const char* label(DropReason reason) {
  static constexpr std::array<const char*, static_cast<std::size_t>(DropReason::kCount)> kLabels{
      "gone", "not_open", "not_accepted", "no_hello", "outbox_full", "ephemeral", "slow_consumer", "room_overflow"};
  return kLabels[static_cast<std::size_t>(reason)];
}

}  // namespace im::comet
