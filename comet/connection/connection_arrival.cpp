// How a connection comes into ConnectionIo: options of its socket, its place, its address.

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "comet/connection/connection_io.hpp"

namespace im::comet {

namespace {

void set_option(int fd, int level, int name, int value) { setsockopt(fd, level, name, &value, sizeof value); }

}  // namespace

void ConnectionIo::tune(int fd) const {
  set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  if (config_.keepalive_s > 0) {
    set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
    set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, config_.keepalive_s);
    set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, 10);
    set_option(fd, IPPROTO_TCP, TCP_KEEPCNT, 3);
  }
  if (config_.user_timeout_ms > 0) set_option(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, config_.user_timeout_ms);
  if (config_.sndbuf > 0) set_option(fd, SOL_SOCKET, SO_SNDBUF, config_.sndbuf);
  if (config_.rcvbuf > 0) set_option(fd, SOL_SOCKET, SO_RCVBUF, config_.rcvbuf);
}

Phase first_phase(Transport transport) { return transport == Transport::kTcp ? Phase::kAuth : Phase::kUpgrade; }

std::uint32_t ConnectionIo::adopt(int fd, const Arrival& arrival) {
  const std::uint32_t place = slab_.take();
  if (place == ConnectionSlab::kNoPlace) {
    ::close(fd);
    stats_.close(CloseReason::kOverloaded);
    return place;
  }
  tune(fd);
  Connection& connection = slab_.at(place);
  connection.fd = fd;
  connection.transport = arrival.transport;
  connection.dialect = arrival.dialect;
  connection.ip = ips_.add(arrival.address);
  connection.over_limit = arrival.over_limit;
  connection.secure = arrival.secure;
  connection.phase = Phase::kProxy;
  if (!arrival.proxied) begin(place);
  watch(place, true);
  stats_.accepted.add();
  stats_.connections.set(slab_.size());
  return place;
}

std::uint32_t ConnectionIo::add_poll(const Connection& asker) {
  const std::uint32_t place = slab_.take();
  if (place == ConnectionSlab::kNoPlace) {
    stats_.close(CloseReason::kOverloaded);
    return place;
  }
  Connection& connection = slab_.at(place);
  connection.transport = Transport::kPoll;
  connection.dialect = asker.dialect;
  connection.ip = ips_.add(ips_.address(asker.ip));
  connection.phase = Phase::kAuth;
  ++polls_;
  stats_.accepted.add();
  stats_.connections.set(slab_.size());
  return place;
}

void ConnectionIo::set_address(std::uint32_t place, const IpAddress& address) {
  Connection& connection = slab_.at(place);
  ips_.remove(connection.ip);
  connection.ip = ips_.add(address);
}

}  // namespace im::comet
