#pragma once

#include <functional>
#include <memory>
#include <string>

#include "common/registry/registry.hpp"

namespace im::routers {
class RouterMap;
}

namespace im::registry {

/// At the router that has the registry's slot. The destructor gives up the calls under way and waits for their
/// callbacks.
std::unique_ptr<Registry> make_grpc_registry(routers::RouterMap& routers);
/// At the router whose address `keeper` says; "" = nobody is known. `keeper` is asked on the thread that calls.
std::unique_ptr<Registry> make_grpc_registry(std::function<std::string()> keeper);

}  // namespace im::registry
