#include "logic/make_server.hpp"

#include "logic/server.hpp"

namespace im::logic {

std::unique_ptr<Service> make_server(const Config& config, DaemonContext& context) {
  return std::make_unique<Server>(config, context);
}

}  // namespace im::logic
