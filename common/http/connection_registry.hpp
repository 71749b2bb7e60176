#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace im::http {

class HttpConnection;

/// The open connections of a server, how many each client has, and who is idle since when. Any thread.
class ConnectionRegistry {
 public:
  /// `client`: see client_of(). False: this one has `most` already (0 = no limit).
  bool may_add(const std::string& client, std::size_t most) const;
  void add(const std::shared_ptr<HttpConnection>& connection, const std::string& client);
  void remove(HttpConnection* connection);
  /// It waits for a request from now on, or no more.
  void set_idle(HttpConnection* connection, bool idle);
  /// Who has been idle longest; it counts as busy from now on. nullptr: nobody is.
  std::shared_ptr<HttpConnection> take_idle();
  std::vector<std::shared_ptr<HttpConnection>> all() const;

 private:
  struct Entry {
    std::weak_ptr<HttpConnection> connection;
    std::string client;
    std::list<HttpConnection*>::iterator idle;  ///< end() when it is busy
  };
  mutable std::mutex mutex_;
  std::unordered_map<HttpConnection*, Entry> open_;
  std::unordered_map<std::string, std::size_t> by_client_;
  std::list<HttpConnection*> idle_;  ///< longest first
};

/// Whom an address counts for: itself, or its /64, of which one IPv6 client has all.
std::string client_of(const std::string& ip);

}  // namespace im::http
