// im-ledger: clients that stay connected while parts of the cluster die, pushes at a fixed rate, and a verdict.
// What counts as lost, and when a client "stayed connected": delivery_judge.hpp.

#include <csignal>
#include <cstdio>
#include <ctime>

#include <CLI/CLI.hpp>

#include "tests/load/ledger_run.hpp"

namespace {

using namespace im::load;

std::atomic<bool> g_stop{false};
static_assert(std::atomic<bool>::is_always_lock_free, "set in a signal handler");

void add_options(CLI::App& app, LedgerSettings& settings) {
  PlanConfig& plan = settings.plan;
  app.add_option("--api", plan.apis, "push API addresses, IP:port with commas")->delimiter(',')->capture_default_str();
  app.add_option("--tcp", plan.tcp_ports, "TCP ports of the comets, with commas")
      ->delimiter(',')
      ->capture_default_str();
  app.add_option("--ws", plan.ws_ports, "WebSocket ports of the comets, in the same order")
      ->delimiter(',')
      ->capture_default_str();
  app.add_option("--ws-share", plan.ws_share, "share of WebSocket connections")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  app.add_option(
         "--seed", plan.seed,
         "also push to keys, to everybody and through /v1/push, join with op 12, say Close, hold two connections "
         "with one key, by this chance; 0: rooms and users only")
      ->capture_default_str();
  app.add_option("--api-key", plan.api_key, "for the pushes through /v1/push; empty: none go there");
  app.add_option("--admin", settings.admin, "http://host:port of a logic's admin API: count sessions at the end");
  app.add_option("--connections", plan.connections, "clients, all in a room")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--rooms", plan.rooms, "rooms they are spread over")->capture_default_str();
  app.add_option("--users", plan.users, "clients that get pushes of their own")->capture_default_str();
  app.add_option("--rate", plan.rate, "pushes per second")->check(CLI::PositiveNumber)->capture_default_str();
  app.add_option("--seconds", plan.seconds, "how long to push; 0: until SIGTERM or SIGINT")->capture_default_str();
  app.add_option("--settle", settings.settle_s,
                 "seconds a connection must outlive the answer of a push for that push to count as lost")
      ->capture_default_str();
  app.add_option("--fence-wait", settings.fence_wait_s,
                 "seconds at the end in which each client must hear a further push of each of its streams")
      ->capture_default_str();
  app.add_option("--stale-wait", settings.stale_wait_s, "seconds in which sessions of gone clients must disappear")
      ->capture_default_str();
  app.add_option("--refusal-limit", settings.refusal_limit_s, "seconds; refused pushes beyond it are told")
      ->capture_default_str();
  app.add_option("--churn", settings.clients.churn, "clients per second that leave and come back elsewhere")
      ->capture_default_str();
  app.add_option("--threads", settings.clients.threads, "receiving threads")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  app.add_option("--ledger", settings.file, "file for every push, stay and lost pair, as JSON lines");
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(
      "Keeps goim v2 clients connected (they reconnect elsewhere when cut), pushes through the HTTP API at a fixed "
      "rate "
      "and judges who got what. The last line holds the counters. Exit 1 when lost, dup_shown, reorder or phantom is "
      "not 0, or the run did not come about.");
  LedgerSettings settings;
  settings.plan.run = static_cast<std::uint32_t>(::time(nullptr) % 1'000'000);
  settings.plan.connections = 200;
  settings.plan.rooms = 10;
  settings.plan.users = 40;
  settings.plan.rate = 500;
  settings.plan.seconds = 0;
  add_options(app, settings);
  CLI11_PARSE(app, argc, argv);
  if (settings.plan.tcp_ports.size() != settings.plan.ws_ports.size()) {
    std::fprintf(stderr, "im-ledger: --tcp and --ws name the same comets: give as many ports in each\n");
    return 2;
  }
  for (const int number : {SIGTERM, SIGINT}) std::signal(number, [](int) { g_stop = true; });
  try {
    const LedgerOutcome outcome = run_ledger(settings, g_stop);
    print_outcome(outcome, settings);
    return outcome.clean() ? 0 : 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "im-ledger: %s\n", error.what());
    return 1;
  }
}
