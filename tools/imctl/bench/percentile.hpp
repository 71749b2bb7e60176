#pragma once

#include <algorithm>
#include <vector>

namespace im::imctl {

/// The value that `share` of them (0 to 1) do not exceed; 0 when there are none.
inline double percentile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  const auto at = static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + at, values.end());
  return values[static_cast<std::size_t>(at)];
}

}  // namespace im::imctl
