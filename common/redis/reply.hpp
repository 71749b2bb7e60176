#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace im::redis {

/// What Redis answered (RESP2). An error as a whole answer comes as Error and not as Reply; kError is only found within
/// an array.
struct Reply {
  enum class Kind { kNil, kStatus, kInteger, kString, kArray, kError };
  Kind kind = Kind::kNil;
  std::int64_t integer = 0;
  std::string text;  ///< kStatus, kString, kError
  std::vector<Reply> items;

  bool nil() const { return kind == Kind::kNil; }
  /// kInteger, or a text of digits; `otherwise` when it is neither.
  std::uint64_t number(std::uint64_t otherwise = 0) const;
  /// The n-th item, a nil when there are fewer.
  const Reply& operator[](std::size_t n) const;
};

}  // namespace im::redis
