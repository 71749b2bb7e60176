#pragma once

#include <string>
#include <string_view>

#include "tools/devkafka/mock_cluster.hpp"

namespace im::devkafka {

/// One line of the control socket. `quit` set: end the process.
struct Answer {
  std::string text;  ///< "ok\n", "error: ...\n" or several lines
  bool quit = false;
};
Answer run_command(MockCluster& cluster, std::string_view line);

/// What `help` prints, and --help shows.
std::string_view command_help();

/// A unix socket that takes command lines; each gets its answer. Served by poll_once() on the caller's thread.
class ControlSocket {
 public:
  /// Throws std::runtime_error when the path cannot be bound. An old socket file nobody listens on is replaced.
  ControlSocket(std::string path, MockCluster& cluster);
  ~ControlSocket();
  ControlSocket(const ControlSocket&) = delete;
  ControlSocket& operator=(const ControlSocket&) = delete;

  /// Waits for at most `timeout_ms`, serves what came. False after `quit`.
  bool poll_once(int timeout_ms);

 private:
  bool serve(int client);

  std::string path_;
  MockCluster& cluster_;
  int listener_ = -1;
};

}  // namespace im::devkafka
