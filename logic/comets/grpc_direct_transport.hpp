#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "logic/comets/direct_transport.hpp"

namespace im::logic {

/// CometDirect and CometAdmin of comet.proto, over one channel for each comet instance. `name`: of this logic, for the
/// comet's log; `deadline`: of a single call.
std::unique_ptr<DirectTransport> make_grpc_direct_transport(std::string name, std::chrono::milliseconds deadline);

}  // namespace im::logic
