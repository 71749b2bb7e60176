// How clients leave on purpose, and what becomes of the connections they leave behind.

#include <cerrno>
#include <sys/socket.h>
#include <utility>

#include "tests/load/steady_worker.hpp"
#include "tools/load/client_socket.hpp"

namespace im::load {

void SteadyClients::Worker::churn(std::int64_t now) {
  const double share = static_cast<double>(clients.size()) / static_cast<double>(pool.clients_.size());
  churn_debt += config.churn * share * static_cast<double>(now - churned_at) / 1e9;
  churned_at = now;
  for (; churn_debt >= 1; churn_debt -= 1) {
    SteadyConnection& client = clients[random() % clients.size()];
    if (!pool.churn_ || client.state != SteadyState::kUp) continue;
    leave(client, now);
  }
}

/// On purpose, each in its own way: comes back elsewhere at once.
void SteadyClients::Worker::leave(SteadyConnection& client, std::int64_t now) {
  const SteadyClient& who = pool.clients_[client.index];
  if (who.doubles) {
    ::epoll_ctl(epoll, EPOLL_CTL_DEL, client.fd, nullptr);
    old.push_back({std::exchange(client.fd, -1), static_cast<std::size_t>(&client - clients.data()), 0});
  } else if (who.says_close && who.transport == Transport::kWs) {
    write(client, kCloseFrame);
  }
  lose(client, "left on purpose", now);
  client.lost_at = 0;
  client.due = now;
}

void SteadyClients::Worker::look_at_old(std::int64_t now) {
  std::erase_if(old, [&](const OldConnection& one) {
    ssize_t size = 0;
    while ((size = ::recv(one.fd, buffer.data(), buffer.size(), MSG_DONTWAIT)) > 0) {
    }
    const bool open = size < 0 && (errno == EAGAIN || errno == EINTR);
    if (open && (one.due == 0 || now < one.due)) return false;
    ++(open ? report.kept_old : report.replaced);
    ::close(one.fd);
    return true;
  });
}

}  // namespace im::load
