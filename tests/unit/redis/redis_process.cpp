#include "tests/unit/redis/redis_process.hpp"

#include <arpa/inet.h>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <utility>

namespace im::redis {

namespace {

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

const sockaddr* as_sockaddr(const sockaddr_in& address) { return reinterpret_cast<const sockaddr*>(&address); }

std::string make_folder() {
  std::string folder = (std::filesystem::temp_directory_path() / "im-redis-XXXXXX").string();
  if (!::mkdtemp(folder.data())) throw std::runtime_error("cannot make " + folder);
  return folder;
}

/// It answers PING with anything at all.
bool answers(int port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval patience{1, 0};
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  const auto address = loopback(port);
  std::array<char, 16> reply{};
  const bool there = ::connect(fd, as_sockaddr(address), sizeof address) == 0 && ::write(fd, "PING\r\n", 6) == 6 &&
                     ::read(fd, reply.data(), reply.size()) > 0;
  ::close(fd);
  return there;
}

}  // namespace

int free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto address = loopback(0);
  socklen_t size = sizeof address;
  if (::bind(fd, as_sockaddr(address), size) != 0 ||
      ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    throw std::runtime_error("no free port");
  ::close(fd);
  return ntohs(address.sin_port);
}

RedisProcess::RedisProcess(std::vector<std::string> flags) : RedisProcess(free_port(), make_folder()) {
  args_ = {"redis-server", "--port", std::to_string(port_), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
           "--dir",        folder_};
  args_.insert(args_.end(), {"--repl-diskless-sync-delay", "0"});
  args_.insert(args_.end(), flags.begin(), flags.end());
  start();
}

RedisProcess RedisProcess::sentinel(const std::string& config) {
  RedisProcess process(free_port(), make_folder());
  const auto file = process.folder_ + "/sentinel.conf";
  std::ofstream(file) << "port " << process.port_ << "\nbind 127.0.0.1\ndir " << process.folder_ << "\n" << config;
  process.args_ = {"redis-server", file, "--sentinel"};
  process.start();
  return process;
}

RedisProcess::RedisProcess(RedisProcess&& other) noexcept
    : port_(other.port_),
      folder_(std::exchange(other.folder_, "")),
      args_(std::move(other.args_)),
      pid_(std::exchange(other.pid_, -1)) {}

RedisProcess::~RedisProcess() {
  kill();
  std::error_code ignored;
  if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
}

void RedisProcess::start() {
  std::vector<char*> argv;
  for (auto& arg : args_) argv.push_back(arg.data());
  argv.push_back(nullptr);
  const std::string log = folder_ + "/log";
  pid_ = ::fork();
  if (pid_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int fd = ::open(log.c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
    ::dup2(fd, 1);
    ::dup2(fd, 2);
    ::execvp(argv[0], argv.data());
    ::_exit(127);
  }
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!answers(port_)) {
    if (::waitpid(pid_, nullptr, WNOHANG) == pid_) {
      pid_ = -1;
      throw std::runtime_error("redis-server ended at once; is it installed (apt-get install redis-server)? " + log);
    }
    if (std::chrono::steady_clock::now() > until) throw std::runtime_error("redis-server does not answer; " + log);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));  // another process: its port can only be tried
  }
}

void RedisProcess::kill() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

void RedisProcess::freeze(bool on) { ::kill(pid_, on ? SIGSTOP : SIGCONT); }

}  // namespace im::redis
