#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace im::load {

/// A TCP socket to `host`:`port`, from a loopback address of its own per few thousand clients (`source` names it): one
/// address has too few ports that are found quickly. Throws std::runtime_error; the descriptor does not block.
int connect_from(std::size_t source, const std::string& host, std::uint16_t port);
/// The same without waiting for the peer: EPOLLOUT or EPOLLERR tells how it went. -1 when it failed at once.
int start_connect_from(std::size_t source, const std::string& host, std::uint16_t port);

/// One binary WebSocket message of a client. RFC 6455 wants it masked; a zero mask leaves the payload as it is.
std::string client_frame(const std::string& payload);
/// The upgrade request of a client.
extern const std::string kUpgrade;
/// A Close frame of a client, code 1000.
extern const std::string kCloseFrame;

}  // namespace im::load
