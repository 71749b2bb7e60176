#pragma once

#include <functional>
#include <memory>
#include <vector>

#include <grpcpp/impl/codegen/service_type.h>

#include "router/sessions/session_registry.hpp"

namespace im::router {

/// The next users with a session in slots of this router, by slot and then by number; `after` 0: the first ones.
/// Any thread.
std::vector<Uid> users_after(SessionRegistry& sessions, Uid after, std::size_t limit);

/// proto/im/users.proto over the sessions of this router. `firm`: it may answer for its slots (see Standing). Any
/// thread.
std::unique_ptr<grpc::Service> make_users_rpc(SessionRegistry& sessions, std::function<bool()> firm);

}  // namespace im::router
