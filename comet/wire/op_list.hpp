#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "common/base/interned.hpp"

namespace im::comet {

/// The ops a session wants from pushes by key, by user and to all; sorted. Sessions that want the same
/// share one list, however they came to it. Holding none means wanting none.
using OpSet = Interned<std::vector<std::int32_t>>;

inline constexpr std::size_t kMaxOps = 4096;  ///< of a list, and of a set

/// The body of ops 14 and 16: decimal int32 values with commas, no spaces. One bad value or more than kMaxOps of them:
/// nothing (the request has no effect, as in goim).
std::optional<std::vector<std::int32_t>> parse_op_list(std::string_view text);

/// Sets of wanted ops, sorted; at most kMaxOps. A list of m costs m log m and one pass over the set.
OpSet make_op_set(std::vector<std::int32_t> ops);
/// nullptr when it would hold more than kMaxOps.
OpSet with_ops(const OpSet& set, std::vector<std::int32_t> more);
OpSet without_ops(const OpSet& set, std::vector<std::int32_t> fewer);
bool accepts(const OpSet& set, std::int32_t op);

}  // namespace im::comet
