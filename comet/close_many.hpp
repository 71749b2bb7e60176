#pragma once

#include <cstdint>
#include <vector>

#include "comet/connection/connection_io.hpp"

/// Ends connections of one worker, on its thread.
namespace im::comet {

/// Of `conns`, those of this worker.
void close_named(ConnectionIo& io, const std::vector<ConnId>& conns, CloseReason reason);
/// At most `limit` of them; the number closed.
std::size_t close_some(ConnectionIo& io, CloseReason reason, std::size_t limit);
/// The sessions in one of `parts` equal parts of the places.
void close_part(ConnectionIo& io, CloseReason reason, std::uint32_t part, std::uint32_t parts);

}  // namespace im::comet
