#pragma once

#include <string>

namespace im {

/// One datagram to the service manager named by NOTIFY_SOCKET ("READY=1", "STOPPING=1"); nothing without it.
void notify_manager(const std::string& state);

}  // namespace im
