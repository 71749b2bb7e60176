#include "comet/make_server.hpp"

#include "comet/server.hpp"

namespace im::comet {

std::unique_ptr<Service> make_server(const Config& config, DaemonContext& context) {
  return std::make_unique<Server>(config, context);
}

}  // namespace im::comet
