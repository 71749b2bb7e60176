// A redis-server of the test's own: free port on loopback, own folder, nothing on disk that outlives it.
#pragma once

#include <string>
#include <sys/types.h>
#include <vector>

namespace im::redis {

int free_port();

class RedisProcess {
 public:
  /// Flags as on its command line: {"--requirepass", "secret"}. Started and answering when it returns; else throws.
  explicit RedisProcess(std::vector<std::string> flags = {});
  /// `config`: the text of its configuration, which a Sentinel rewrites.
  static RedisProcess sentinel(const std::string& config);
  ~RedisProcess();
  RedisProcess(RedisProcess&& other) noexcept;
  RedisProcess(const RedisProcess&) = delete;
  RedisProcess& operator=(const RedisProcess&) = delete;

  void kill();           ///< SIGKILL
  void start();          ///< again, on the same port
  void freeze(bool on);  ///< SIGSTOP, SIGCONT
  int port() const { return port_; }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  const std::string& folder() const { return folder_; }

 private:
  RedisProcess(int port, std::string folder) : port_(port), folder_(std::move(folder)) {}
  int port_;
  std::string folder_;
  std::vector<std::string> args_;
  pid_t pid_ = -1;
};

}  // namespace im::redis
