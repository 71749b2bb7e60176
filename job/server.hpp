#pragma once

#include <memory>

#include "common/daemon/daemon.hpp"
#include "job/config.hpp"

namespace im::job {

/// Owns job's parts and their order of start and stop.
std::unique_ptr<Service> make_server(const Config& config, DaemonContext& context);

}  // namespace im::job
