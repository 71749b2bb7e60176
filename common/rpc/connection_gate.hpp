#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <sys/types.h>
#include <thread>
#include <vector>

#include <grpcpp/server_builder.h>

#include "common/base/repeat.hpp"

namespace im::rpc {

/// The listening sockets of a gRPC server, which takes any number of connections by itself: here at most so many are
/// open at once, and one more is closed before anything is read from it. Counted and logged. One thread of its own.
class ConnectionGate {
 public:
  using Acceptor = grpc::experimental::ExternalConnectionAcceptor;

  /// Binds and listens at "host:port" (every address that the name has); throws std::runtime_error that says why not.
  ConnectionGate(const std::string& address, std::size_t most);
  ~ConnectionGate();
  ConnectionGate(const ConnectionGate&) = delete;
  ConnectionGate& operator=(const ConnectionGate&) = delete;

  /// From here on; the server of `acceptor` has been started.
  void start(std::unique_ptr<Acceptor> acceptor);
  /// No new connections; before the server is shut down.
  void stop();
  std::uint64_t refused() const { return refused_.load(std::memory_order_relaxed); }

 private:
  /// A connection that was handed over. gRPC closes it without a word: the descriptor is another file then.
  struct Open {
    int fd;
    ino_t inode;
  };
  void listen_at(const std::string& address);
  void run();
  void accept_one(int listener);
  bool full();

  const std::string address_;
  const std::size_t most_;
  std::vector<int> listeners_;
  int wake_ = -1;  ///< eventfd
  std::unique_ptr<Acceptor> acceptor_;
  std::vector<Open> open_;
  std::atomic<std::uint64_t> refused_{0};
  Repeat told_;
  std::thread thread_;
};

}  // namespace im::rpc
