#pragma once

#include <memory>
#include <string>
#include <vector>

#include "job/router_gateway.hpp"

namespace im::job {

std::unique_ptr<RouterGateway> make_grpc_router_gateway(const std::vector<std::string>& addresses);

}  // namespace im::job
