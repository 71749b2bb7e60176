#pragma once

#include <memory>

#include "logic/routers/shared_table.hpp"

namespace im::logic {

class RouterCalls;
std::unique_ptr<SharedTable> make_grpc_shared_table(RouterCalls& routers);

}  // namespace im::logic
