#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "common/base/histogram.hpp"

namespace im {

/// What became of the requests to one route: from the end of the request to its answer. Any thread.
struct HttpRouteStats {
  Histogram seconds;
  std::array<std::atomic<std::uint64_t>, 6> by_class{};  ///< [2]: 2xx; [0]: no status of HTTP

  void answered(int status, Duration took) {
    const std::size_t one = status >= 100 && status < 600 ? static_cast<std::size_t>(status) / 100 : 0;
    by_class[one].fetch_add(1, std::memory_order_relaxed);
    seconds.observe(took);
  }
};

}  // namespace im
