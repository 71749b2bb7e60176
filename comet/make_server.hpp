#pragma once

#include <memory>

#include "comet/config.hpp"
#include "common/daemon/daemon.hpp"

namespace im::comet {

/// The Server of server.hpp, for main.cpp: without the heads of all its parts, which take most of the time of a
/// compilation.
std::unique_ptr<Service> make_server(const Config& config, DaemonContext& context);

}  // namespace im::comet
