#include "common/rpc/channel_group.hpp"

namespace im::rpc {

ChannelGroup::ChannelGroup(const std::vector<std::string>& addresses, pki::Role servers) {
  for (const std::string& address : addresses) channels_.push_back(make_channel(address, servers));
}

std::size_t ChannelGroup::next() {
  const std::size_t count = channels_.size();
  const std::size_t first = turn_.fetch_add(1, std::memory_order_relaxed) % count;
  if (count == 1) return first;
  std::size_t second_best = count;
  for (std::size_t step = 0; step < count; ++step) {
    const std::size_t index = (first + step) % count;
    const grpc_connectivity_state state = channels_[index]->GetState(true);  // true: whoever is idle begins to connect
    if (state == GRPC_CHANNEL_READY) return index;
    if (state != GRPC_CHANNEL_TRANSIENT_FAILURE && second_best == count) second_best = index;
  }
  return second_best == count ? first : second_best;
}

}  // namespace im::rpc
