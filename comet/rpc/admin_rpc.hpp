#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <grpcpp/impl/codegen/service_type.h>

#include "comet/connection/trace.hpp"
#include "comet/ports.hpp"
#include "common/base/ids.hpp"

namespace im::comet {

/// Closes the connections of a user (above 0) or of a key; `done` gets their number, once, on any thread.
using KickSessions = std::function<void(Uid uid, std::string key, std::function<void(std::int32_t)> done)>;

/// Any thread; does not wait.
using CloseReplaced = std::function<void(const std::vector<ReplacedSession>&)>;

/// What logics ask: CometAdmin of proto/im/comet.proto.
/// `self` = number and epoch of this comet now.
std::unique_ptr<grpc::Service> make_admin_service(KickSessions kick, CloseReplaced replaced, TraceHub& traces,
                                                  std::function<CometInstance()> self);

}  // namespace im::comet
