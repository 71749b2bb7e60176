#pragma once

#include <memory>
#include <string>
#include <vector>

#include "comet/logic_gateway.hpp"

namespace im::comet {

struct LogicGatewayConfig {
  std::vector<std::string> addresses;
  std::chrono::milliseconds deadline{3000};
};

/// LogicGateway over gRPC, round robin over the logics that are up; waits for one within the deadline.
std::unique_ptr<LogicGateway> make_grpc_logic_gateway(const LogicGatewayConfig& config);

}  // namespace im::comet
