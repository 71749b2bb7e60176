#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "common/base/ids.hpp"
#include "common/sql/value.hpp"

namespace im::logic::webim {

inline constexpr std::size_t kPortion = 32;  ///< users of one statement: a statement is kept for each text

/// As many marks as a portion has users.
inline std::string marks() {
  std::string marks = "?";
  for (std::size_t i = 1; i < kPortion; ++i) marks += ", ?";
  return marks;
}

/// Of `uids` those from `at` on; the last one is filled up with nobody.
inline sql::Values portion(const std::vector<Uid>& uids, std::size_t at) {
  sql::Values values;
  for (std::size_t i = at; i < at + kPortion; ++i) values.emplace_back(i < uids.size() ? uids[i] : Uid());
  return values;
}

}  // namespace im::logic::webim
