// im-flood: many goim clients, pushes at a fixed rate, and a ledger of who got what.

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <sys/resource.h>
#include <unistd.h>

#include <CLI/CLI.hpp>

#include "tests/load/plan.hpp"

namespace {

using namespace im::load;

struct Settings {
  PlanConfig plan;
  std::size_t body_size = 0;
  std::string api_key;
  int threads = 1;
  int open_timeout_s = 120;
  int quiet_s = 15;
};

/// Waits until everything acknowledged has arrived, or nothing has arrived for a while.
void wait_for_rest(const ReceiverPool& pool, const Ledger& ledger, int quiet_s) {
  std::uint64_t last = 0;
  std::int64_t moved = now_ns();
  while (true) {
    const std::uint64_t seen = pool.delivered();
    if (seen >= ledger.expected() && now_ns() - moved > 1'000'000'000) return;  // a second more for duplicates
    if (seen != last) {
      last = seen;
      moved = now_ns();
    }
    if (now_ns() - moved > std::int64_t{quiet_s} * 1'000'000'000) return;
    // Other processes deliver; nothing tells that they are done.
    ::usleep(50'000);
  }
}

int run(const Settings& settings) {
  const Plan plan = make_plan(settings.plan);
  Ledger ledger(plan.receivers.size(), plan.streams.size(), plan.messages_per_stream);
  for (const auto& [receiver, stream] : plan.expectations) ledger.expect(receiver, stream);
  SendTimes sent_at(plan.streams.size(), plan.messages_per_stream);
  ReceiverPool pool({.run = settings.plan.run, .threads = settings.threads}, plan.receivers, ledger, sent_at);

  const std::int64_t begin = now_ns();
  const std::size_t open = pool.open(settings.open_timeout_s);
  std::printf("connections=%zu open=%zu in %.1f s\n", plan.receivers.size(), open,
              static_cast<double>(now_ns() - begin) / 1e9);
  std::fflush(stdout);
  if (open != plan.receivers.size()) return 1;

  const SenderConfig sender{.apis = settings.plan.apis,
                            .run = settings.plan.run,
                            .rate = settings.plan.rate,
                            .messages = plan.messages_per_stream,
                            .body_size = settings.body_size,
                            .api_key = settings.api_key};
  const SenderReport report = send_all(sender, plan.streams, ledger, sent_at, 30);
  wait_for_rest(pool, ledger, settings.quiet_s);
  pool.stop();

  const Judgement judgement = ledger.judge();
  const Latency latency = pool.latency();
  for (const auto& [answer, times] : report.refused) {
    std::printf("refused %llu times: %s\n", static_cast<unsigned long long>(times), answer.c_str());
  }
  std::printf(
      "latency_ms p50=%.1f p99=%.1f p999=%.1f answer_ms p50=%.1f p99=%.1f acked=%llu phantom=%llu closed=%llu "
      "answers_per_s=%.0f\n",
      latency.quantile_ms(0.5), latency.quantile_ms(0.99), latency.quantile_ms(0.999), report.answer.quantile_ms(0.5),
      report.answer.quantile_ms(0.99), static_cast<unsigned long long>(report.acked),
      static_cast<unsigned long long>(judgement.phantom), static_cast<unsigned long long>(pool.closed()),
      static_cast<double>(report.acked) / std::max(report.seconds, 1e-9));
  std::printf("sent=%llu delivered=%llu lost=%llu dup=%llu reorder=%llu\n",
              static_cast<unsigned long long>(report.sent), static_cast<unsigned long long>(judgement.delivered),
              static_cast<unsigned long long>(judgement.lost), static_cast<unsigned long long>(judgement.dup),
              static_cast<unsigned long long>(judgement.reorder));
  const bool whole = report.acked == report.sent && pool.closed() == 0;
  return judgement.clean() && whole ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(
      "Opens goim v2 connections, pushes through the HTTP API at a fixed rate and checks that every connection got "
      "every message once and in order. Exit 1 when not.");
  Settings settings;
  PlanConfig& plan = settings.plan;
  plan.run = static_cast<std::uint32_t>(::time(nullptr) % 1'000'000);
  app.add_option("--api", plan.apis, "push API addresses, host:port with commas")
      ->delimiter(',')
      ->capture_default_str();
  app.add_option("--tcp", plan.tcp_ports, "TCP ports of the comets, with commas")
      ->delimiter(',')
      ->capture_default_str();
  app.add_option("--ws", plan.ws_ports, "WebSocket ports of the comets, with commas")
      ->delimiter(',')
      ->capture_default_str();
  app.add_option("--ws-share", plan.ws_share, "share of WebSocket connections")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  app.add_option("--connections", plan.connections, "connections that are in a room")->capture_default_str();
  app.add_option("--idle", plan.idle, "further connections in no room")->capture_default_str();
  app.add_option("--rooms", plan.rooms, "rooms they are spread over")->capture_default_str();
  app.add_option("--users", plan.users, "connections that get pushes of their own")->capture_default_str();
  app.add_option("--rate", plan.rate, "pushes per second")->check(CLI::PositiveNumber)->capture_default_str();
  app.add_option("--seconds", plan.seconds, "how long to push")->check(CLI::NonNegativeNumber)->capture_default_str();
  app.add_option("--size", settings.body_size, "bytes of a message, at least what its mark needs")
      ->capture_default_str();
  app.add_option("--api-key", settings.api_key, "push through POST /v1/push with this key");
  app.add_option("--threads", settings.threads, "receiving threads")->check(CLI::Range(1, 64))->capture_default_str();
  app.add_option("--quiet", settings.quiet_s, "seconds without a delivery after which the rest counts as lost")
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);

  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
  try {
    return run(settings);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "im-flood: %s\n", error.what());
    return 1;
  }
}
