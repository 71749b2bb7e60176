#pragma once

#include <vector>

#include "common/sql/migrations.hpp"

namespace im::logic::store {

/// All steps of the schema, oldest first. One that was released is never changed: add another.
const std::vector<sql::Migration>& migrations();

}  // namespace im::logic::store
