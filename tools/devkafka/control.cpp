#include "tools/devkafka/control.hpp"

#include <cerrno>
#include <cstring>
#include <optional>
#include <poll.h>
#include <sstream>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <vector>

namespace im::devkafka {

namespace {

constexpr std::string_view kHelp =
    "  down N          broker N (-1 = all) refuses and drops connections\n"
    "  up N            broker N takes connections again\n"
    "  rtt N MS        broker N answers MS milliseconds late\n"
    "  err COUNT       the next COUNT produce requests fail with NOT_ENOUGH_REPLICAS\n"
    "  cut COUNT       the next COUNT produce requests lose their connection\n"
    "  fatal           the next produce request fails with OUT_OF_ORDER_SEQUENCE_NUMBER\n"
    "  leader P N      broker N leads partition P of the first topic (-1 = nobody)\n"
    "  coord N [GROUP] broker N coordinates GROUP (default goim-push-group-job)\n"
    "  status          brokers and topics\n"
    "  quit            end the process\n";

constexpr int kClientTimeoutMs = 1000;
constexpr std::size_t kMaxLine = 512;

std::vector<std::string> words_of(std::string_view line) {
  std::istringstream stream{std::string(line)};
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

std::optional<int> number(const std::vector<std::string>& words, std::size_t at) {
  if (at >= words.size()) return std::nullopt;
  try {
    std::size_t used = 0;
    const int value = std::stoi(words[at], &used);
    return used == words[at].size() ? std::optional(value) : std::nullopt;
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

std::string run_words(MockCluster& cluster, const std::vector<std::string>& words) {
  const auto& verb = words.front();
  const auto first = number(words, 1);
  const auto second = number(words, 2);
  if (verb == "down" && first) return cluster.set_down(*first);
  if (verb == "up" && first) return cluster.set_up(*first);
  if (verb == "rtt" && first && second) return cluster.set_rtt(*first, *second);
  if (verb == "err" && first) return cluster.fail_produce(*first);
  if (verb == "cut" && first) return cluster.cut_produce(*first);
  if (verb == "fatal") return cluster.break_sequence();
  if (verb == "leader" && first && second) return cluster.set_leader(*first, *second);
  if (verb == "coord" && first)
    return cluster.set_coordinator(words.size() > 2 ? words[2] : "goim-push-group-job", *first);
  return "cannot read this; the commands are\n" + std::string(kHelp);
}

}  // namespace

std::string_view command_help() { return kHelp; }

Answer run_command(MockCluster& cluster, std::string_view line) {
  const auto words = words_of(line);
  if (words.empty()) return {};
  if (words.front() == "quit") return {"ok\n", true};
  if (words.front() == "status") return {cluster.describe()};
  if (words.front() == "help") return {std::string(kHelp)};
  const auto wrong = run_words(cluster, words);
  return {wrong.empty() ? "ok\n" : "error: " + wrong + "\n"};
}

ControlSocket::ControlSocket(std::string path, MockCluster& cluster) : path_(std::move(path)), cluster_(cluster) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path_.empty() || path_.size() >= sizeof address.sun_path) {
    throw std::runtime_error("--control: a unix socket path has 1 to 107 bytes");
  }
  std::memcpy(address.sun_path, path_.data(), path_.size());
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  listener_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connect(listener_, generic, sizeof address) == 0) {
    close(listener_);
    throw std::runtime_error("--control: another process listens on " + path_);
  }
  unlink(path_.c_str());
  if (bind(listener_, generic, sizeof address) != 0 || listen(listener_, 8) != 0) {
    const std::string why = std::strerror(errno);
    close(listener_);
    throw std::runtime_error("--control: cannot listen on " + path_ + ": " + why);
  }
}

ControlSocket::~ControlSocket() {
  close(listener_);
  unlink(path_.c_str());
}

bool ControlSocket::poll_once(int timeout_ms) {
  pollfd waiting{listener_, POLLIN, 0};
  if (poll(&waiting, 1, timeout_ms) <= 0) return true;
  const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  if (client < 0) return true;
  const bool go_on = serve(client);
  close(client);
  return go_on;
}

// One client at a time, so it may not keep us for long.
bool ControlSocket::serve(int client) {
  std::string buffer;
  pollfd readable{client, POLLIN, 0};
  while (buffer.size() < kMaxLine && poll(&readable, 1, kClientTimeoutMs) > 0) {
    char chunk[kMaxLine];
    const auto got = read(client, chunk, sizeof chunk);
    if (got <= 0) buffer += '\n';
    if (got > 0) buffer.append(chunk, static_cast<std::size_t>(got));
    for (auto end = buffer.find('\n'); end != std::string::npos; end = buffer.find('\n')) {
      const auto answer = run_command(cluster_, std::string_view(buffer).substr(0, end));
      buffer.erase(0, end + 1);
      if (send(client, answer.text.data(), answer.text.size(), MSG_NOSIGNAL) < 0) return true;
      if (answer.quit) return false;
    }
    if (got <= 0) break;
  }
  return true;
}

}  // namespace im::devkafka
