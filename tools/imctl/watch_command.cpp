#include <csignal>
#include <iostream>
#include <memory>
#include <utility>

#include <CLI/CLI.hpp>
#include <boost/asio/signal_set.hpp>

#include "common/base/clock.hpp"
#include "common/client/client.hpp"
#include "common/client/http_call.hpp"
#include "tools/imctl/api.hpp"
#include "tools/imctl/commands.hpp"
#include "tools/imctl/last_loss.hpp"
#include "tools/imctl/output.hpp"

namespace im::imctl {

namespace {

struct Watch {
  std::string tcp, ws, nodes;
  client::Identity identity;
  int heartbeat_s = 60;
  std::uint64_t count = 0;
  bool once = false;
};

client::Config config_of(const Watch& watch) {
  client::Config config;
  config.identity = watch.identity;
  config.heartbeat = std::chrono::seconds(watch.heartbeat_s);
  if (!watch.ws.empty()) config.transport = client::Transport::kWebSocket;
  if (!watch.nodes.empty()) {
    const auto url = client::parse_url(watch.nodes);
    if (!url.ok()) throw UsageError("--nodes: " + url.error().message);
    config.nodes_url = watch.nodes + (url.value().target.size() > 1 ? "" : "/goim/nodes/weighted");
    return config;
  }
  const auto address = client::parse_address(watch.ws.empty() ? watch.tcp : watch.ws);
  if (!address.ok()) throw UsageError((watch.ws.empty() ? "--tcp: " : "--ws: ") + address.error().message);
  config.address = address.value();
  return config;
}

/// One run of `imctl watch`.
class Watcher {
 public:
  Watcher(const Globals& globals, const Watch& watch) : globals_(globals), watch_(watch) {
    client::Handlers handlers;
    handlers.on_status = [this](const client::Status& status) { on_status(status); };
    handlers.on_message = [this](const client::Message& message) { on_message(message); };
    client_ = std::make_unique<client::Client>(context_, config_of(watch), std::move(handlers));
  }

  int run() {
    signals_.async_wait([this](const boost::system::error_code& error, int signal) {
      if (!error) end(signal == SIGINT ? kInterrupted : watch_.count > 0 ? kFailed : kOk);
    });
    client_->start();
    context_.run();
    if (!failure_.empty()) throw Failure(failure_, code_);
    return code_;
  }

 private:
  void on_status(const client::Status& status) {
    if (!client::is_loss(status.state)) {
      was_connected_ = status.state == client::State::kConnected;
      std::cerr << client::to_string(status.state) << " to " << printable(status.address) << "\n";
      return;
    }
    const std::string problem = problem_of(status);
    const bool was_there = std::exchange(was_connected_, false);
    const std::string verdict = verdict_on(status);
    if (watch_.once || !verdict.empty()) {
      failure_ = verdict.empty() ? problem : problem + "; " + verdict;
      end(verdict.empty() && !was_there ? kUnreachable : kFailed);
      return;
    }
    std::cerr << printable(problem) << "; trying again in " << status.wait.count() << " ms\n";
  }

  std::string problem_of(const client::Status& status) const {
    if (status.address.empty()) return status.why + "; ./im status shows what runs";
    if (was_connected_) return "lost the comet at " + status.address + ": " + status.why;
    return "cannot reach comet at " + status.address + ": " + status.why + "; ./im status shows what runs";
  }

  /// Why it makes no sense to connect again; "" when it does.
  std::string verdict_on(const client::Status& status) const {
    const std::string& key = watch_.identity.key;
    std::string verdict = last_loss(status, key.empty() ? "" : "key " + key);
    if (!verdict.empty()) return verdict;
    if (status.turned_away >= kTries && logic_is_ready())
      return "logic at " + globals_.admin + " is ready, so the login was refused " +
             std::to_string(status.turned_away) + " times: " +
             (watch_.identity.token.empty() ? "no token was given (--token or IM_TOKEN)"
                                            : "its token is not accepted") +
             ", or a limit; see the comet's log";
    return "";
  }

  /// Blocks for a moment; nothing else is under way.
  bool logic_is_ready() const {
    const auto url = client::parse_url(globals_.admin);
    if (!url.ok()) return false;
    client::HttpCall call;
    call.url = url.value();
    call.url.target = "/healthz/ready";
    call.deadline = std::chrono::seconds(2);
    const auto answer = client::http_call_now(std::move(call));
    return answer.ok() && answer.value().status == 200;
  }

  void on_message(const client::Message& message) {
    const std::int64_t now = unix_ms();
    if (globals_.json) {
      std::cout << message_json(now, message.op, message.seq, message.body) << '\n' << std::flush;
    } else {
      std::cout << clock_text(now) << " op=" << message.op << " " << printable(message.body) << '\n' << std::flush;
    }
    if (++seen_ == watch_.count || !std::cout) end(std::cout ? kOk : kFailed);
  }

  void end(Exit code) {
    code_ = code;
    client_->stop();
    signals_.cancel();
  }

  const Globals& globals_;
  const Watch& watch_;
  boost::asio::io_context context_{1};
  boost::asio::signal_set signals_{context_, SIGINT, SIGTERM};
  std::unique_ptr<client::Client> client_;
  std::uint64_t seen_ = 0;
  bool was_connected_ = false;
  Exit code_ = kOk;
  std::string failure_;
};

}  // namespace

void add_watch(CLI::App& app, Globals& globals) {
  auto watch = std::make_shared<Watch>();
  watch->tcp = "127.0.0.1:3101";
  CLI::App* command = app.add_subcommand("watch", "Connect as a client and print what arrives");
  auto* tcp = command->add_option("--tcp", watch->tcp, "TCP port of a comet, HOST:PORT")->capture_default_str();
  auto* ws = command->add_option("--ws", watch->ws, "WebSocket port of a comet, HOST:PORT")->excludes(tcp);
  command->add_option("--nodes", watch->nodes, "Take a comet from the node list of a logic, http://HOST:PORT (TCP)")
      ->excludes(tcp)
      ->excludes(ws);
  command->add_option("--uid", watch->identity.uid, "User; 0 = none")->capture_default_str();
  command->add_option("--token", watch->identity.token, "Token that proves who it is (identity jwt, webhook, accounts)")
      ->envname("IM_TOKEN");
  command->add_option("--key", watch->identity.key, "Key of the device; empty = logic makes one");
  command->add_option("--room", watch->identity.room, "Room to be in, TYPE://ID");
  command->add_option("--platform", watch->identity.platform, "Platform to log in as");
  command->add_option("--accepts", watch->identity.accepts, "Operations to take, with commas; room pushes come anyway")
      ->delimiter(',')
      ->default_str("1000");
  command->add_option("--heartbeat", watch->heartbeat_s, "Seconds between heartbeats")
      ->check(CLI::Range(1, 86400))
      ->capture_default_str();
  command->add_option("--count", watch->count, "End with 0 after that many messages; 0 = never")->capture_default_str();
  command->add_flag("--once", watch->once, "End with 1 at the first loss instead of connecting again");
  watch->identity.accepts = {1000};
  command->footer(
      "Messages go to stdout, one line each; what is not UTF-8 as base64. The state of the connection goes to stderr.\n"
      "Ctrl-C ends with 130, --once with 4 when no comet is reached. Ends with 1 when the comet replaced or kicked it "
      "(over TCP: when --key "
      "was\n"
      "closed three times right after its login), and when the login is refused three times while the logic at "
      "--admin\n"
      "is ready.\n"
      "Examples:\n"
      "  imctl watch --room live://1\n"
      "  imctl watch --ws 127.0.0.1:3102 --uid 7 --accepts 1000,1001 --json\n"
      "  imctl watch --uid 7 --count 1 --once");
  command->callback([&globals, watch] { globals.run = [&globals, watch] { return Watcher(globals, *watch).run(); }; });
}

}  // namespace im::imctl
