// How a connection leaves ConnectionIo: what its peer still gets, and for how long it is waited for.

#include <sys/socket.h>
#include <unistd.h>

#include "comet/connection/connection_io.hpp"
#include "common/ws/frame.hpp"

namespace im::comet {

void ConnectionIo::close(std::uint32_t place, CloseReason reason, std::string_view text) {
  const CloseInfo& why = info(reason);
  const Connection& connection = slab_.at(place);
  const bool socket = connection.transport == Transport::kWebSocket || connection.transport == Transport::kEcho;
  const bool framed = socket && connection.phase > Phase::kUpgrade;
  if (!framed || why.wire_code == 0) {
    drop(place, reason);
    return;
  }
  const std::string_view told = text.empty() ? std::string_view(why.wire_reason) : text;
  close_with(place, reason, ws::close_frame(static_cast<ws::CloseCode>(why.wire_code), told));
}

void ConnectionIo::close_with(std::uint32_t place, CloseReason reason, std::string bytes) {
  assert_on_worker();
  Connection& connection = slab_.at(place);
  if (connection.phase == Phase::kLingering) return;
  begin_end(place, reason);
  // Who closes first waits for the answer before the connection ends (RFC 6455 §7.1.1).
  connection.fin = reason == CloseReason::kPeerClosed;
  send_last(place, Frame(std::move(bytes)));
}

void ConnectionIo::finish(std::uint32_t place, CloseReason reason) {
  assert_on_worker();
  Connection& connection = slab_.at(place);
  if (connection.phase == Phase::kLingering) return;
  begin_end(place, reason);
  connection.fin = true;
  if (!connection.outbox && !connection.want_write) end_writing(place);
}

void ConnectionIo::begin_end(std::uint32_t place, CloseReason reason) {
  Connection& connection = slab_.at(place);
  listener_->on_closing(place, reason);
  stats_.close(reason);
  connection.phase = Phase::kLingering;
  connection.session.reset();
  connection.input.reset();
  connection.busy = false;
  if (connection.paused) {
    connection.paused = false;
    watch(place);
  }
  set_deadline(place, config_.linger_ticks);
}

/// Behind a frame that was begun; what else waits is not sent any more. A slow reader gets more time to come to it.
void ConnectionIo::send_last(std::uint32_t place, const Frame& frame) {
  Connection& connection = slab_.at(place);
  constexpr std::uint32_t kSlowLingers = 4;
  if (connection.outbox && !connection.outbox->empty()) set_deadline(place, kSlowLingers * config_.linger_ticks);
  if (!connection.outbox) connection.outbox = std::make_unique<Outbox>(config_.outbox_limit);
  connection.outbox->push_last(frame, connection.transport);
  if (connection.want_write) return;
  write_waiting(place);
}

void ConnectionIo::end_writing(std::uint32_t place) {
  const Connection& connection = slab_.at(place);
  if (!connection.fin) return;
  if (connection.secure) secure_.at(place).end();
  ::shutdown(connection.fd, SHUT_WR);
}

void ConnectionIo::drop(std::uint32_t place, CloseReason reason) {
  assert_on_worker();
  Connection& connection = slab_.at(place);
  if (connection.phase != Phase::kLingering) {
    listener_->on_closing(place, reason);
    stats_.close(reason);
  }
  listener_->on_released(place);
  wheel_.remove(place);
  ips_.remove(connection.ip);
  secure_.end(place);
  if (connection.secure) stats_.tls_ended.add();
  if (connection.fd >= 0) ::close(connection.fd);
  if (connection.transport == Transport::kPoll) --polls_;
  slab_.release(place);
  stats_.connections.set(slab_.size());
}

}  // namespace im::comet
