#include "tools/imctl/bench/settling.hpp"

#include <utility>

namespace im::imctl {

void Settling::tick(TimePoint now, std::uint64_t news) {
  now_ = now;
  if (!std::exchange(running_, true)) begun_ = heard_ = now;
  if (std::exchange(news_, news) != news) heard_ = now;
  over_ = over_ || now - heard_ >= times_.quiet || now - begun_ >= times_.longest;
}

}  // namespace im::imctl
