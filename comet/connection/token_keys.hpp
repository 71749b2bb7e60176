#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace im::comet {

/// The keys that signed the tokens of this worker's sessions, by number: a session has two bytes for its key, and there
/// are few of them, since logic takes tokens of the keys in its file only. What was named once stays. One worker.
class TokenKeys {
 public:
  static constexpr std::uint16_t kNone = 0;

  /// kNone: of nobody, or of one key too many.
  std::uint16_t number_of(std::string_view id) {
    const std::uint16_t known = find(id);
    if (known != kNone || id.empty() || ids_.size() >= kMost) return known;
    ids_.emplace_back(id);
    return static_cast<std::uint16_t>(ids_.size());
  }
  /// kNone: no session here has it.
  std::uint16_t find(std::string_view id) const {
    const auto found = std::ranges::find(ids_, id);
    return found == ids_.end() ? kNone : static_cast<std::uint16_t>(found - ids_.begin() + 1);
  }

 private:
  static constexpr std::size_t kMost = std::numeric_limits<std::uint16_t>::max();
  std::vector<std::string> ids_;
};

}  // namespace im::comet
