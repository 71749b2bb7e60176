#pragma once

#include <string>

#include "common/base/address.hpp"

namespace im::imctl {

/// The least that a server can be: a process of its own that accepts connections, watches them with epoll and keeps
/// only their descriptors. With an `answer` it also reads what each says first and sends that back, once. Made before
/// this process has threads; ends with this object.
class SocketHolder {
 public:
  explicit SocketHolder(const std::string& answer = {});  ///< throws Failure
  ~SocketHolder();
  SocketHolder(const SocketHolder&) = delete;
  SocketHolder& operator=(const SocketHolder&) = delete;

  int pid() const { return pid_; }
  const Address& address() const { return address_; }

 private:
  int pid_ = -1;
  int life_ = -1;  ///< the child ends when this closes
  Address address_;
};

}  // namespace im::imctl
