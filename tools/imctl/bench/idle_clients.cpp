#include "tools/imctl/bench/idle_clients.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <memory>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "common/wire/packet.hpp"
#include "tools/imctl/api.hpp"
#include "tools/imctl/bench/loopback_socket.hpp"

namespace im::imctl {

namespace {

namespace json = boost::json;

constexpr std::size_t kLoginsAtOnce = 200;  // logins that wait for their answers
constexpr timeval kPatience{30, 0};

int connect_to(const Address& server, std::size_t n) {
  const int fd = connect_from_many(server, n, true);
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
  return fd;
}

std::string packet_of(std::int32_t op, std::string_view body) {
  std::string bytes;
  wire::append_packet(bytes, {.version = 1, .op = op, .seq = 1, .body = body});
  return bytes;
}

/// The body of the next packet with this op; others are thrown away.
std::string await_packet(IdleLink& link, std::int32_t op) {
  for (;;) {
    std::string bytes(wire::kHeaderSize, '\0');
    link.read_exactly(bytes.data(), bytes.size());
    const std::uint32_t length = ntohl(*reinterpret_cast<const std::uint32_t*>(bytes.data()));
    if (length < wire::kHeaderSize || length > (1U << 20)) throw Failure("this is not goim's protocol");
    bytes.resize(length);
    link.read_exactly(bytes.data() + wire::kHeaderSize, length - wire::kHeaderSize);
    const wire::Parsed parsed = wire::parse_stream(bytes, length);
    if (parsed.status != wire::ParseStatus::kPacket) throw Failure("this is not goim's protocol");
    if (parsed.packet.op == op) return std::string(parsed.packet.body);
  }
}

std::string hello_of(const IdlePlan& plan, std::size_t n) {
  const json::object hello{{"cmd", "hello"}, {"device", "d" + std::to_string(n)}, {"platform", plan.platform}};
  return json::serialize(hello);
}

}  // namespace

std::string idle_login(const IdlePlan& plan, std::size_t n) {
  std::string key = "idle-" + std::to_string(n);
  if (key.size() < plan.key_length) key.insert(5, plan.key_length - key.size(), '0');
  const std::string room = plan.rooms == 0 ? "" : "bench://" + std::to_string(n % plan.rooms);
  json::array accepts(plan.accepts.begin(), plan.accepts.end());
  const json::object login{{"mid", plan.first_user + static_cast<std::int64_t>(n)},
                           {"key", key},
                           {"room_id", room},
                           {"platform", plan.platform},
                           {"accepts", std::move(accepts)}};
  return json::serialize(login);
}

void IdleClients::open(const Address& server, std::size_t count) {
  links_.reserve(links_.size() + count);
  for (std::size_t i = 0; i < count; ++i) links_.emplace_back(connect_to(server, links_.size()));
}

void IdleClients::log_in(const IdlePlan& plan) {
  const auto tls = plan.tls ? std::make_unique<TlsForLoad>() : nullptr;
  for (std::size_t done = 0; done < plan.connections;) {
    const std::size_t until = std::min(plan.connections, done + kLoginsAtOnce), first = links_.size();
    const auto link = [&](std::size_t n) -> IdleLink& { return links_[first + n - done]; };
    open(plan.server, until - done);
    for (std::size_t n = done; n < until && tls; ++n) link(n).secure(*tls);
    for (std::size_t n = done; n < until; ++n) link(n).send(packet_of(wire::kOpAuth, idle_login(plan, n)));
    for (std::size_t n = done; n < until; ++n) await_packet(link(n), wire::kOpAuthReply);
    for (std::size_t n = done; n < until && plan.hello; ++n)
      link(n).send(packet_of(wire::kOpRequest, hello_of(plan, n)));
    for (std::size_t n = done; n < until && plan.hello; ++n) await_packet(link(n), wire::kOpReply);
    done = until;
  }
}

std::size_t IdleClients::ended() const {
  return static_cast<std::size_t>(std::ranges::count_if(links_, [](const IdleLink& link) {
    pollfd seen{link.fd(), POLLRDHUP, 0};  // also behind bytes that nobody reads
    return ::poll(&seen, 1, 0) == 1;
  }));
}

}  // namespace im::imctl
