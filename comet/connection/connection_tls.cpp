// How ConnectionIo speaks with a socket: plain, or inside TLS.

#include <array>
#include <cerrno>
#include <sys/socket.h>
#include <sys/uio.h>

#include "comet/connection/connection_io.hpp"
#include "comet/edge/proxy_header.hpp"
#include "common/base/log.hpp"

namespace im::comet {

void ConnectionIo::begin(std::uint32_t place) {
  Connection& connection = slab_.at(place);
  connection.phase = first_phase(connection.transport);
  if (!connection.secure) return;
  connection.phase = Phase::kTls;
  const TlsUse use = connection.transport == Transport::kTcp ? TlsUse::kPackets : TlsUse::kWeb;
  secure_.begin(place, config_.tls->context(), connection.fd, use);
}

void ConnectionIo::shake_hands(std::uint32_t place) {
  Connection& connection = slab_.at(place);
  TlsChannel& channel = secure_.at(place);
  switch (channel.shake_hands()) {
    case TlsChannel::Shake::kWantsRead:
      return;
    case TlsChannel::Shake::kWantsWrite:
      return wait_for_write(place);
    case TlsChannel::Shake::kDone:
      connection.phase = first_phase(connection.transport);
      stats_.tls_handshakes.add();
      if (channel.resumed()) stats_.tls_resumed.add();
      return;
    case TlsChannel::Shake::kFailed:
      if (const std::uint64_t count = refused_tls_.tell(monotonic_now()))
        log::warn("a TLS handshake failed", {{"why", channel.fault()}, {"count", count}});
      return drop(place, CloseReason::kBadTls);
  }
}

/// As recv(2), into the scratch buffer.
ssize_t ConnectionIo::receive(std::uint32_t place) {
  const Connection& connection = slab_.at(place);
  if (!connection.secure) return ::recv(connection.fd, scratch_.data(), scratch_.size(), MSG_DONTWAIT);
  return connection.phase == Phase::kProxy ? receive_proxy_header(connection) : secure_.at(place).read(scratch_);
}

/// Not a byte beyond the header: what follows belongs to OpenSSL, which reads the socket itself.
ssize_t ConnectionIo::receive_proxy_header(const Connection& connection) {
  const ssize_t ahead = ::recv(connection.fd, scratch_.data(), scratch_.size(), MSG_DONTWAIT | MSG_PEEK);
  if (ahead <= 0) return ahead;
  std::string bytes = connection.input ? connection.input->bytes : std::string();
  const std::size_t before = bytes.size();
  bytes.append(scratch_.data(), static_cast<std::size_t>(ahead));
  const ProxyHeader header = parse_proxy_header(bytes);
  const bool whole = header.status == ProxyHeader::Status::kWhole;
  const std::size_t size = whole ? header.size - before : static_cast<std::size_t>(ahead);
  return ::recv(connection.fd, scratch_.data(), size, MSG_DONTWAIT);
}

/// As sendmsg(2).
ssize_t ConnectionIo::transmit(std::uint32_t place, std::span<const std::string_view> parts) {
  const Connection& connection = slab_.at(place);
  if (connection.secure) return secure_.write(place, parts);
  if (parts.size() == 1)
    return ::send(connection.fd, parts.front().data(), parts.front().size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  std::array<iovec, kGather> vectors;
  for (std::size_t i = 0; i < parts.size(); ++i) vectors[i] = {const_cast<char*>(parts[i].data()), parts[i].size()};
  msghdr message{};
  message.msg_iov = vectors.data();
  message.msg_iovlen = parts.size();
  return ::sendmsg(connection.fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

void ConnectionIo::on_writable(std::uint32_t place) {
  Connection& connection = slab_.at(place);
  if (connection.secure && connection.phase == Phase::kTls) {
    connection.want_write = false;
    watch(place);
    return shake_hands(place);
  }
  if (connection.secure && !secure_.at(place).flush()) {
    if (errno != EAGAIN) drop(place, CloseReason::kPeerReset);
    return;
  }
  write_waiting(place);
}

void ConnectionIo::wait_for_write(std::uint32_t place) {
  Connection& connection = slab_.at(place);
  if (connection.want_write) return;
  connection.want_write = true;
  watch(place);
}

}  // namespace im::comet
