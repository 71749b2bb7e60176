// im-bench-control: the least that can be done, to hold our figures against.
//   idle PORT              accepts connections and keeps only their descriptors, until it is signalled
//   fanout SOCKETS SECONDS one thread writes one message after the other to every socket; prints messages per second

#include <arpa/inet.h>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <string>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

sockaddr_in loopback(const char* host, int port) {
  sockaddr_in out{};
  out.sin_family = AF_INET;
  out.sin_port = htons(static_cast<std::uint16_t>(port));
  ::inet_pton(AF_INET, host, &out.sin_addr);
  return out;
}

int listen_on(int port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  const int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const sockaddr_in address = loopback("127.0.0.1", port);
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 || ::listen(fd, 4096) != 0) {
    std::perror("im-bench-control: listen");
    std::exit(1);
  }
  return fd;
}

int port_of(int fd) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

void pin(std::size_t cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu % std::thread::hardware_concurrency(), &set);
  ::pthread_setaffinity_np(::pthread_self(), sizeof set, &set);
}

[[noreturn]] void idle(int port) {
  const int fd = listen_on(port);
  std::vector<int> held;
  while (true) held.push_back(::accept(fd, nullptr, nullptr));
}

struct Pairs {
  std::vector<int> writers;
  int readers;  ///< epoll set of the other ends
};

Pairs make_pairs(int count) {
  const int listener = listen_on(0);
  Pairs pairs{{}, ::epoll_create1(0)};
  for (int i = 0; i < count; ++i) {
    const int client = ::socket(AF_INET, SOCK_STREAM, 0);
    const sockaddr_in from = loopback(("127.1.0." + std::to_string(1 + i / 2500)).c_str(), 0);
    ::bind(client, reinterpret_cast<const sockaddr*>(&from), sizeof from);
    const sockaddr_in to = loopback("127.0.0.1", port_of(listener));
    ::connect(client, reinterpret_cast<const sockaddr*>(&to), sizeof to);
    pairs.writers.push_back(::accept(listener, nullptr, nullptr));
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = client;
    ::epoll_ctl(pairs.readers, EPOLL_CTL_ADD, client, &event);
  }
  return pairs;
}

void read_all(int epoll, const std::atomic<bool>& stop) {
  pin(1);
  std::array<epoll_event, 256> events;
  std::vector<char> buffer(256 * 1024);
  while (!stop) {
    const int count = ::epoll_wait(epoll, events.data(), static_cast<int>(events.size()), 100);
    for (int i = 0; i < count; ++i)
      ::recv(events[static_cast<std::size_t>(i)].data.fd, buffer.data(), buffer.size(), 0);
  }
}

void fanout(int sockets, double seconds) {
  const Pairs pairs = make_pairs(sockets);
  std::atomic<bool> stop{false};
  std::thread reader([&] { read_all(pairs.readers, stop); });
  pin(0);
  const std::string message(100, 'x');
  const auto begin = Clock::now();
  long messages = 0;
  while (std::chrono::duration<double>(Clock::now() - begin).count() < seconds) {
    for (const int fd : pairs.writers) ::send(fd, message.data(), message.size(), MSG_NOSIGNAL);
    ++messages;
  }
  const double took = std::chrono::duration<double>(Clock::now() - begin).count();
  stop = true;
  reader.join();
  std::printf("messages_per_s=%.1f\n", static_cast<double>(messages) / took);
}

}  // namespace

int main(int argc, char** argv) {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
  if (argc == 3 && std::strcmp(argv[1], "idle") == 0) idle(std::atoi(argv[2]));
  if (argc == 4 && std::strcmp(argv[1], "fanout") == 0) {
    fanout(std::atoi(argv[2]), std::atof(argv[3]));
    return 0;
  }
  std::fputs("usage: im-bench-control idle PORT | fanout SOCKETS SECONDS\n", stderr);
  return 2;
}
