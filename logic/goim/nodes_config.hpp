#pragma once

#include "common/config/options.hpp"
#include "logic/routers/node_policy.hpp"

namespace im::logic {

/// Section "nodes".
void describe(config::Options& options, NodePolicy& policy);

}  // namespace im::logic
