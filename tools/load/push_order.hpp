#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace im::load {

/// Which stream each push of a run goes to, by chance: stream k (from 0) with a weight of 1/(k+1)^exponent. An exponent
/// of 0 makes all alike; about 1 is what rooms of people look like (Zipf). The same seed gives the same order.
/// Empty without streams.
std::vector<std::uint32_t> random_order(std::size_t streams, std::size_t pushes, double exponent, std::uint32_t seed);

/// How many pushes the busiest stream of an order gets.
std::size_t most_of_one(const std::vector<std::uint32_t>& order, std::size_t streams);

}  // namespace im::load
