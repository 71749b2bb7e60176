#pragma once

#include <exception>

#include "common/sql/failure.hpp"

namespace im::sql {

/// What SOCI threw, as a kind of failure.
Failure failure_of(const std::exception& thrown);

}  // namespace im::sql
