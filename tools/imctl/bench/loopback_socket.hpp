#pragma once

#include <cstddef>
#include <cstdint>

#include "common/base/address.hpp"

namespace im::imctl {

/// A TCP socket on its way to `server`, an IPv4 address and a port. On the loopback the `n`-th comes from an address
/// that it shares with few, so that the kernel's search for a port stays short. `wait`: it is connected; else it does
/// not block, and is connected once it can be written. Throws Failure, UsageError.
int connect_from_many(const Address& server, std::size_t n, bool wait);

}  // namespace im::imctl
