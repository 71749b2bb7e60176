#include "common/http/connection_registry.hpp"

#include <algorithm>

#include "common/base/ip_address.hpp"

namespace im::http {

std::string client_of(const std::string& ip) {
  auto address = parse_ip(ip.substr(0, ip.find('%')));
  if (!address || is_v4(*address)) return ip;
  std::fill(address->begin() + 8, address->end(), 0);
  return ip_text(*address) + "/64";
}

bool ConnectionRegistry::may_add(const std::string& client, std::size_t most) const {
  const std::lock_guard lock(mutex_);
  const auto found = by_client_.find(client);
  return most == 0 || found == by_client_.end() || found->second < most;
}

void ConnectionRegistry::add(const std::shared_ptr<HttpConnection>& connection, const std::string& client) {
  const std::lock_guard lock(mutex_);
  open_.emplace(connection.get(), Entry{connection, client, idle_.end()});
  ++by_client_[client];
}

void ConnectionRegistry::remove(HttpConnection* connection) {
  const std::lock_guard lock(mutex_);
  const auto found = open_.find(connection);
  if (found == open_.end()) return;
  if (found->second.idle != idle_.end()) idle_.erase(found->second.idle);
  const auto client = by_client_.find(found->second.client);
  if (--client->second == 0) by_client_.erase(client);
  open_.erase(found);
}

void ConnectionRegistry::set_idle(HttpConnection* connection, bool idle) {
  const std::lock_guard lock(mutex_);
  const auto found = open_.find(connection);
  if (found == open_.end()) return;
  auto& place = found->second.idle;
  if (idle && place == idle_.end()) place = idle_.insert(idle_.end(), connection);
  if (idle || place == idle_.end()) return;
  idle_.erase(place);
  place = idle_.end();
}

std::shared_ptr<HttpConnection> ConnectionRegistry::take_idle() {
  const std::lock_guard lock(mutex_);
  while (!idle_.empty()) {
    Entry& entry = open_.at(idle_.front());
    idle_.pop_front();
    entry.idle = idle_.end();
    if (auto held = entry.connection.lock()) return held;
  }
  return nullptr;
}

std::vector<std::shared_ptr<HttpConnection>> ConnectionRegistry::all() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<HttpConnection>> live;
  for (const auto& [key, entry] : open_) {
    if (auto held = entry.connection.lock()) live.push_back(std::move(held));
  }
  return live;
}

}  // namespace im::http
