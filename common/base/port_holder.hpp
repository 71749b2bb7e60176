#pragma once

#include <cstdint>
#include <string>

namespace im {

/// Who listens on a local TCP port, best effort: "pid 123 (redis-server)", or "" when it cannot be seen.
std::string port_holder(std::uint16_t port);

}  // namespace im
