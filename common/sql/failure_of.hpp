#pragma once

#include <exception>
#include <string>

#include "common/sql/failure.hpp"

namespace im::sql {

/// What SOCI threw, as a kind of failure.
Failure failure_of(const std::exception& thrown);

/// What the database said, without the values that SOCI adds to it: those are people's messages.
std::string text_of(const std::exception& thrown);

}  // namespace im::sql
