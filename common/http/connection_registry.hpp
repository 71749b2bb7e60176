#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace im::http {

class HttpConnection;

/// The open connections of a server, and how many each address has. Any thread; touched when one comes or goes.
class ConnectionRegistry {
 public:
  /// False: this address has `max_per_ip` already (0 = no limit).
  bool may_add(const std::string& ip, std::size_t max_per_ip) const {
    const std::lock_guard lock(mutex_);
    const auto found = by_ip_.find(ip);
    return max_per_ip == 0 || found == by_ip_.end() || found->second < max_per_ip;
  }
  void add(const std::shared_ptr<HttpConnection>& connection, const std::string& ip) {
    const std::lock_guard lock(mutex_);
    open_.emplace(connection.get(), connection);
    ++by_ip_[ip];
  }
  void remove(HttpConnection* connection, const std::string& ip) {
    const std::lock_guard lock(mutex_);
    if (open_.erase(connection) == 0) return;
    const auto found = by_ip_.find(ip);
    if (--found->second == 0) by_ip_.erase(found);
  }
  std::vector<std::shared_ptr<HttpConnection>> all() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::shared_ptr<HttpConnection>> live;
    for (const auto& [key, connection] : open_) {
      if (auto held = connection.lock()) live.push_back(std::move(held));
    }
    return live;
  }

 private:
  mutable std::mutex mutex_;
  std::unordered_map<HttpConnection*, std::weak_ptr<HttpConnection>> open_;
  std::unordered_map<std::string, std::size_t> by_ip_;
};

}  // namespace im::http
