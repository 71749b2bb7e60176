#include "router/make_server.hpp"

#include "router/server.hpp"

namespace im::router {

std::unique_ptr<Service> make_server(const Config& config, DaemonContext& context) {
  return std::make_unique<Server>(config, context);
}

}  // namespace im::router
