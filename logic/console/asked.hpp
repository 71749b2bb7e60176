#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "logic/console/admin_door.hpp"

namespace im::logic {

inline constexpr std::int64_t kMostNumber = (1LL << 53) - 1;  ///< above it JSON of browsers is not exact

/// Reads what a deed asks, from its JSON or its parameters, and keeps the first thing that is wrong with it: read all,
/// then ask failed().
class Asked {
 public:
  explicit Asked(const Deed& deed) : deed_(deed) {}
  /// `most` bytes of UTF-8; "" when absent.
  std::string text(const char* name, std::size_t most);
  /// The same, and there is one.
  std::string given(const char* name, std::size_t most);
  /// A number of JSON or the digits of a parameter; without a fallback it must be there.
  std::int64_t number(const char* name, std::int64_t least, std::int64_t most,
                      std::optional<std::int64_t> fallback = std::nullopt);
  /// Answers 400 when something is wrong.
  bool failed(const HttpReply& reply) const;

 private:
  void refuse(const char* name, const std::string& wanted);

  const Deed& deed_;
  std::string wrong_;
};

/// The number that a text is; 0: none.
std::int64_t number_in(const std::string& text);
/// For LIKE … ESCAPE '!'.
std::string escaped_like(const std::string& text);

}  // namespace im::logic
