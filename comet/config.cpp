#include "comet/config.hpp"

#include <algorithm>
#include <array>

#include "common/base/cidr.hpp"
#include "common/config/rules.hpp"

namespace im::comet {

namespace {

void describe_listeners(config::Options& options, Config& config) {
  options.section("tcp", "goim v2 over TCP.");
  options.add("bind", config.tcp.bind, "Address the TCP listener binds to.");
  options.add("port", config.tcp.port, "Port of the TCP listener; -1 turns it off, 0 takes a free one.", -1);
  options.listens(config.tcp.bind, config.tcp.port);
  options.add("keepalive", config.tcp_keepalive,
              "Idle time before TCP keepalive probes start; 0 turns them off. For every client socket.");
  options.add("user_timeout", config.tcp_user_timeout,
              "TCP_USER_TIMEOUT: how long sent data may stay unacknowledged before the connection is dropped; 0 leaves "
              "it to the kernel.");
  options.add("sndbuf", config.tcp_sndbuf, "SO_SNDBUF of client sockets; 0 lets the kernel tune it.");
  options.add("rcvbuf", config.tcp_rcvbuf, "SO_RCVBUF of client sockets; 0 lets the kernel tune it.");
  options.add("backlog", config.tcp_backlog, "Listen backlog of every client listener.");
  options.section("ws", "goim v2 over WebSocket, path /sub.");
  options.add("bind", config.ws.bind, "Address the WebSocket listener binds to.");
  options.add("port", config.ws.port, "Port of the WebSocket listener; -1 turns it off, 0 takes a free one.", -1);
  options.listens(config.ws.bind, config.ws.port);
  options.add(
      "origins", config.ws_origins,
      "Origin headers that are allowed (\"https://chat.example\"), compared byte for byte. Empty: any with identity "
      "open, none with another. Clients without the header, so all but browsers, are let in.");
  options.add("deflate", config.ws_deflate,
              "Agrees to permessage-deflate (RFC 7692) where a client offers it, on every WebSocket listener. Without "
              "context takeover: a push is compressed once for all its connections.");
  options.section("ws_echo", "An echo endpoint for RFC 6455 conformance runs. Never in production.");
  options.add("bind", config.ws_echo.bind, "Address the echo listener binds to.");
  options.add("port", config.ws_echo.port, "Port of the echo listener; 0 turns it off.");
  options.listens(config.ws_echo.bind, config.ws_echo.port);
}

void describe_v1(config::Options& options, Config& config) {
  options.section("v1_tcp", "goim v1 over TCP.");
  options.add("bind", config.v1_tcp.bind, "Address the goim v1 TCP listener binds to.");
  options.add("port", config.v1_tcp.port, "Port of the goim v1 TCP listener (3105 in the demo); -1 turns it off.", -1);
  options.listens(config.v1_tcp.bind, config.v1_tcp.port);
  options.section("v1_ws", "goim v1.2 over WebSocket, path /sub: JSON arrays.");
  options.add("bind", config.v1_ws.bind, "Address the goim v1.2 WebSocket listener binds to.");
  options.add("port", config.v1_ws.port,
              "Port of the goim v1.2 WebSocket listener (3106 in the demo); -1 turns it off.", -1);
  options.listens(config.v1_ws.bind, config.v1_ws.port);
  options.section("v1_0_ws", "goim v1.0 and v1.1 over WebSocket, path /sub: one JSON object per message.");
  options.add("bind", config.v1_0_ws.bind, "Address the goim v1.0 WebSocket listener binds to.");
  options.add("port", config.v1_0_ws.port,
              "Port of the goim v1.0 WebSocket listener (3107 in the demo); -1 turns it off.", -1);
  options.listens(config.v1_0_ws.bind, config.v1_0_ws.port);
}

void describe_webim(config::Options& options, Config& config) {
  options.section("webim", "The old chat page (docs/webim.md): WebSocket, path /, and long-poll.");
  options.add("bind", config.webim.bind, "Address the WebIM listener binds to.");
  options.add("port", config.webim.port, "Port of the WebIM listener (3108 in the demo); -1 turns it off.", -1);
  options.add("page_origin", config.webim_page_origin,
              "Origin of the page: browsers with another one are refused. \"*\" = any.");
  options.add("poll_wait", config.webim_poll_wait, "How long a long-poll waits for a message.");
  options.add("poll_deadline", config.webim_poll_deadline, "Without a call for so long a long-poll session ends.");
  options.add("poll_backlog", config.webim_poll_backlog,
              "What waits for all long-poll sessions together, of each worker its share, which is at least "
              "client.outbox_limit; over it those end that have fetched least. 0 = no limit.");
  options.add(
      "poll_unasked", config.webim_poll_unasked,
      "Most long-poll sessions of one address that nobody has asked for a message yet, of each worker its share; one "
      "more is 429. 0 = no limit. Behind an HTTP proxy all have its address; one in client.proxy_from is not counted. "
      "Of one connection it is always 32.");
}

void describe_tls(config::Options& options, Config& config) {
  options.section("tls",
                  "The certificate of the listeners tcps, wss and webim_tls (docs/tls.md). Read again at SIGHUP.");
  options.add("certificate", config.tls_certificate, "PEM file: the certificate, then those that lead to its root.");
  options.must(config::file_or_empty(config.tls_certificate));
  options.add("key", config.tls_key, "PEM file with its private key; mode 0600, or a credential.");
  options.must(config::secret_or_empty(config.tls_key));
  const auto listener = [&options](const std::string& name, const std::string& what, Config::Listen& listen) {
    options.section(name, what);
    options.add("bind", listen.bind, "Address this listener binds to.");
    options.add("port", listen.port, "Port of this listener; -1 turns it off, 0 takes a free one.", -1);
    options.listens(listen.bind, listen.port);
  };
  listener("tcps", "goim v2 over TCP inside TLS.", config.tcps);
  listener("wss", "goim v2 over WebSocket inside TLS (wss), path /sub, and long-poll over https.", config.wss);
  listener("webim_tls", "The old chat page inside TLS: WebSocket and long-poll.", config.webim_tls);
  options.check([&config]() -> std::string {
    const bool files = !config.tls_certificate.empty() && !config.tls_key.empty();
    if (config.has_tls() && !files)
      return "tls.certificate, tls.key: needed by the listeners tcps, wss and webim_tls; name both files, or turn the "
             "listeners off (port = -1)";
    return "";
  });
}

void describe_rate(config::Options& options, const std::string& name, Config::RateLimit& limit, const std::string& doc,
                   const std::string& over = "over it the connection is closed (4008)") {
  options.add(name + "_rate", limit.rate, doc + " per second; " + over + ". 0 = no limit.");
  options.add(name + "_burst", limit.burst, "How many of them at once; 0 = ten seconds' worth.");
}

/// More keys of the section "client".
void describe_rates(config::Options& options, Config& config) {
  options.add(
      "max_per_ip", config.max_per_ip,
      "Most open connections of one client address (IPv6: of a /64); 0 = no limit. Clients behind one NAT share "
      "an address.");
  describe_rate(options, "connect", config.connects, "New connections of one client address");
  describe_rate(options, "auth", config.auths, "Auth packets from one client address");
  describe_rate(options, "auth_failure", config.auth_failures, "Refused tokens of one client address",
                "over it whoever is refused is told so 2 s later, and good tokens are accepted");
  options.add("max_per_user", config.max_per_user,
              "Most open connections of one user on this comet; 0 = no limit. Over all comets: client.max_sessions of "
              "logic.");
  describe_rate(options, "message", config.messages, "Packets (and WebSocket pings) of one connection");
  describe_rate(options, "user_message", config.user_messages,
                "Packets of one user, over his connections to this comet");
  options.add("limit_entries", config.limit_entries,
              "Most addresses, and as many users, whose limits are remembered. When it is reached, one without open "
              "connections is forgotten; when there is none, the newcomer is let in without limits. Both are counted.");
}

void describe_limits(config::Options& options, Config& config) {
  options.section("client", "Limits of a client connection.");
  options.add(
      "proxy_from", config.proxy_from,
      "Networks (\"10.0.0.0/8\", \"::1\") of load balancers in front of the client listeners. A connection from them "
      "must begin with a PROXY header, version 1 or 2, whose address is the client's; from elsewhere the header "
      "is not accepted. Empty: nobody.");
  options.add(
      "max_connections", config.max_connections,
      "Most connections, over all workers; further ones are closed at once. 0: as many as the process may open files "
      "(LimitNOFILE), less an eighth, at least 64 and at most 1024, for itself; more than that is cut to it, or has "
      "the "
      "workers open files apart (worker.own_tables). "
      "Sessions of long-poll hold no file and are counted by themselves, up to the same number; over it 503.");
  options.add("handshake_timeout", config.handshake_timeout,
              "From accept to the auth packet, the WebSocket upgrade included.");
  options.add("v1_handshake_timeout", config.v1_handshake_timeout, "The same for goim v1 clients.");
  options.add("linger_timeout", config.linger_timeout,
              "How long a peer may take to answer our close before the socket is dropped.");
  options.add("outbox_limit", config.outbox_limit, "Bytes that may wait for one blocked connection.");
  options.add("outbox_policy", config.outbox_policy,
              "What happens over outbox_limit: `close` ends the connection (4003 slow consumer), `drop_newest` drops "
              "the message and counts it.",
              {"close", "drop_newest"});
  describe_rates(options, config);
  options.section("room", "Merging of room messages; see docs/architecture.md.");
  options.add("min_interval", config.room_min_interval,
              "Shortest time between two sweeps of one room. A message into an idle room never waits.");
  options.add("max_interval", config.room_max_interval, "Longest time between two sweeps of one busy room.");
  options.add("share", config.room_share,
              "Part of a worker's time that one room may take, above 0 to 1: the next sweep starts sweep time / share "
              "after the last.");
  options.add("queue", config.room_queue, "Bytes that may wait for one room before the push stream is held back.");
  options.add("batch", config.room_batch, "Bytes of one merged packet; the rest goes with the next sweep.");
  options.add("overflow_after", config.room_overflow_after,
              "A room that stays at its bound this long drops its oldest messages, counted.");
  options.add("turn", config.room_turn, "Connections visited in one turn of a sweep before others get theirs.");
  options.add("linger", config.room_linger,
              "How long an empty room is still reported as present, so that flapping costs nothing.");
}

/// An origin is scheme://host[:port] as browsers write it, or null.
std::string origins_fault(const std::string& key, const std::vector<std::string>& origins) {
  for (const std::string& origin : origins) {
    const std::size_t scheme = origin.find("://");
    const bool good = scheme != std::string::npos && scheme > 0 && scheme + 3 < origin.size() &&
                      origin.find_first_of("/*?#@ ", scheme + 3) == std::string::npos;
    if (!good && origin != "null")
      return key + ": \"" + origin + "\" is not an origin; write it like https://chat.example or http://host:8080";
  }
  return "";
}

std::string limits_fault(const Config& config) {
  if (config.max_per_ip < 0) return "client.max_per_ip: must be 0 or above";
  if (config.max_per_user < 0) return "client.max_per_user: must be 0 or above";
  if (config.limit_entries < 1) return "client.limit_entries: must be at least 1";
  const std::pair<const char*, const Config::RateLimit*> rates[] = {{"connect", &config.connects},
                                                                    {"auth", &config.auths},
                                                                    {"auth_failure", &config.auth_failures},
                                                                    {"message", &config.messages},
                                                                    {"user_message", &config.user_messages}};
  for (const auto& [name, limit] : rates) {
    if (!(limit->rate >= 0) || limit->burst < 0)
      return "client." + std::string(name) + "_rate, _burst: must be 0 or above";
  }
  return "";
}

}  // namespace

void describe(config::Options& options, Config& config) {
  describe_listeners(options, config);
  describe_v1(options, config);
  describe_webim(options, config);
  describe_tls(options, config);
  config::describe(options, config.grpc, "Where job, logic and routers reach this comet.");
  describe(options, config.grpc_tls, pki::Role::kComet, {{"grpc.bind", &config.grpc.bind, &config.grpc.port}},
           {{"logic.addresses", &config.logic_addresses}});
  options.section("logic", "The logics this comet asks.");
  options.add("addresses", config.logic_addresses, "gRPC addresses of the logics, \"host:port\", used in turn.");
  options.must(config::addresses(config.logic_addresses));
  options.add("deadline", config.logic_deadline,
              "Deadline of one call to a logic; a request of a client waits no longer before it.");
  options.section("advertise", "What the node list tells clients of this comet.");
  options.add("addresses", config.advertise_addresses, "IP addresses or host names, without port.");
  options.add("weight", config.weight, "Share of new clients relative to other comets; 0 gives it none.");
  options.add("offline", config.offline,
              "Leaves this comet out of the node list; its clients stay connected and get their pushes.");
  options.section("worker", "Threads that hold connections.");
  options.add("threads", config.workers,
              "Worker threads, each with its own connections and rooms; 0 = one per core, at most 64.");
  options.add("own_tables", config.own_tables,
              "Whether each worker has a table of open files of its own, so that client.max_connections may be as many "
              "times the limit of open files as there are workers: `auto` when it is above what one table holds, `on`, "
              "`off`. With `on` and client.max_connections 0 the comet takes as many as all tables hold.",
              {"auto", "on", "off"});
  describe_limits(options, config);
  options.check([&config] { return networks_fault("client.proxy_from", config.proxy_from); });
  options.check([&config]() -> std::string {
    if (config.workers < 0 || config.workers > 64) return "worker.threads: must be 0 to 64";
    if (const std::string fault = origins_fault("ws.origins", config.ws_origins); !fault.empty()) return fault;
    if (config.webim_page_origin != "*") {
      const std::string fault = origins_fault("webim.page_origin", {config.webim_page_origin});
      if (!fault.empty()) return fault;
    }
    if (const std::string fault = limits_fault(config); !fault.empty()) return fault;
    if (config.room_share <= 0 || config.room_share > 1) return "room.share: must be above 0 and at most 1";
    if (config.room_turn < 1) return "room.turn: must be at least 1";
    const auto off = [](const Config::Listen* listen) { return listen->port < 0; };
    const std::array<const Config::Listen*, 9> all{&config.tcp,   &config.ws,      &config.v1_tcp,
                                                   &config.v1_ws, &config.v1_0_ws, &config.webim,
                                                   &config.tcps,  &config.wss,     &config.webim_tls};
    if (std::all_of(all.begin(), all.end(), off)) return "tcp.port: all client listeners are off; turn one on";
    return "";
  });
}

}  // namespace im::comet
