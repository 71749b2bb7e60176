// im-flood: many goim clients, pushes at a fixed rate, and a ledger of who got what.

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <sys/resource.h>

#include <CLI/CLI.hpp>

#include "tools/load/push_run.hpp"

namespace {

using namespace im::load;

unsigned long long shown(std::uint64_t value) { return value; }

void print(const PushRun& run) {
  for (const auto& [answer, times] : run.pushes.refused)
    std::printf("refused %llu times: %s\n", shown(times), answer.c_str());
  std::printf(
      "latency_ms p50=%.1f p99=%.1f p999=%.1f answer_ms p50=%.1f p99=%.1f acked=%llu phantom=%llu closed=%llu "
      "answers_per_s=%.0f\n",
      run.delivery.quantile_ms(0.5), run.delivery.quantile_ms(0.99), run.delivery.quantile_ms(0.999),
      run.pushes.answer.quantile_ms(0.5), run.pushes.answer.quantile_ms(0.99), shown(run.pushes.acked),
      shown(run.judgement.phantom), shown(run.closed),
      static_cast<double>(run.pushes.acked) / std::max(run.pushes.seconds, 1e-9));
  std::printf("sent=%llu delivered=%llu lost=%llu dup=%llu reorder=%llu\n", shown(run.pushes.sent),
              shown(run.judgement.delivered), shown(run.judgement.lost), shown(run.judgement.dup),
              shown(run.judgement.reorder));
}

int run(PushRunSettings settings) {
  const Plan plan = make_plan(settings.plan);
  const std::int64_t begin = now_ns();
  settings.before_pushes = [&plan, begin] {
    std::printf("connections=%zu open=%zu in %.1f s\n", plan.receivers.size(), plan.receivers.size(),
                static_cast<double>(now_ns() - begin) / 1e9);
    std::fflush(stdout);
  };
  const PushRun result = run_pushes(settings, plan);
  print(result);
  return result.clean() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(
      "Opens goim v2 connections, pushes through the HTTP API at a fixed rate and checks that every connection got "
      "every message once and in order. Exit 1 when not.");
  PushRunSettings settings;
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
  app.add_option("--api-key", plan.api_key, "push through POST /v1/push with this key");
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
