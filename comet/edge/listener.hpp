#pragma once

#include <cstdint>
#include <string>

namespace im::comet {

/// A bound address of clients. Every worker listens on it by itself (SO_REUSEPORT).
struct Endpoint {
  std::string bind;
  std::uint16_t port = 0;
};

/// Binds once without sharing, so that a second comet on the same port fails loudly; returns the port (a free one for
/// 0). Throws std::runtime_error naming address, port and, when visible, the process that has it.
std::uint16_t probe(const Endpoint& endpoint);

/// A bound, non-blocking descriptor that shares the port with the other workers of this process. Until
/// start_listening() the kernel refuses connections, so that clients go elsewhere at once.
int bind_shared(const Endpoint& endpoint);
/// Throws std::runtime_error, as probe(), when another process has begun to listen since.
void start_listening(int fd, const Endpoint& endpoint, int backlog);

}  // namespace im::comet
