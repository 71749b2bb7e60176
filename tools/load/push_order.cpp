#include "tools/load/push_order.hpp"

#include <algorithm>
#include <cmath>
#include <random>

namespace im::load {

std::vector<std::uint32_t> random_order(std::size_t streams, std::size_t pushes, double exponent, std::uint32_t seed) {
  std::vector<std::uint32_t> order;
  if (streams == 0) return order;
  std::vector<double> weights;
  for (std::size_t k = 0; k < streams; ++k) weights.push_back(std::pow(static_cast<double>(k + 1), -exponent));
  std::discrete_distribution<std::uint32_t> stream(weights.begin(), weights.end());
  std::mt19937 random(seed);
  for (std::size_t i = 0; i < pushes; ++i) order.push_back(stream(random));
  return order;
}

std::size_t most_of_one(const std::vector<std::uint32_t>& order, std::size_t streams) {
  std::vector<std::size_t> counts(streams);
  for (const std::uint32_t stream : order) ++counts[stream];
  return counts.empty() ? 0 : *std::max_element(counts.begin(), counts.end());
}

}  // namespace im::load
