#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/address.hpp"
#include "tools/imctl/bench/idle_link.hpp"

namespace im::imctl {

/// Who is logged in, all with the same platform and list of ops.
struct IdlePlan {
  Address server;  ///< goim's TCP port
  std::size_t connections = 10000;
  std::size_t rooms = 1000;          ///< connection n is in room n % rooms; 0: in none
  std::size_t key_length = 36;       ///< each has a key of its own
  std::int64_t first_user = 700000;  ///< each is a user of its own, from this id on
  std::string platform = "web";
  std::vector<std::int32_t> accepts{1000, 1001, 1002};
  bool tls = false;    ///< the server's port speaks TLS
  bool hello = false;  ///< says hello after its login, with a device of its own
};

/// The login of connection `n`: the body of op 7. Pure.
std::string idle_login(const IdlePlan& plan, std::size_t n);

/// Connections that log in and then say nothing; plain blocking sockets, so that this side takes little. One thread.
/// They end with it.
class IdleClients {
 public:
  /// Opens and logs in. Throws Failure when one is refused or has no answer in 30 s.
  void log_in(const IdlePlan& plan);
  /// Opens `count` more and says nothing.
  void open(const Address& server, std::size_t count);
  /// Those that the server has closed.
  std::size_t ended() const;
  std::size_t size() const { return links_.size(); }

 private:
  std::vector<IdleLink> links_;
};

}  // namespace im::imctl
