#include "tests/load/ledger_run.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <set>
#include <stdexcept>
#include <thread>
#include <utility>

namespace im::load {

namespace {

using std::chrono::milliseconds;
std::vector<SteadyClient> steady_clients(const Plan& plan, std::size_t comets) {
  std::vector<SteadyClient> clients;
  clients.reserve(plan.receivers.size());
  for (std::size_t i = 0; i < plan.receivers.size(); ++i) {
    const Receiver& one = plan.receivers[i];
    clients.push_back({one.transport, one.token, i / 2 % comets, one.join, one.says_close, one.doubles});
  }
  return clients;
}

std::vector<std::uint64_t> uids_of(const PlanConfig& plan) {
  std::vector<std::uint64_t> uids;
  uids.reserve(plan.connections);
  for (std::size_t i = 0; i < plan.connections; ++i) uids.push_back(first_uid(plan.run) + i);
  return uids;
}

void push_for(const LedgerSettings& settings, const Plan& plan, const std::atomic<bool>& stop, DeliveryJudge& judge,
              SteadyPusherReport& report) {
  std::atomic<bool> enough{false};
  const SteadyPusherConfig config{.apis = settings.plan.apis,
                                  .run = settings.plan.run,
                                  .rate = settings.plan.rate,
                                  .api_key = settings.plan.api_key};
  std::thread pusher([&] { report = push_until(enough, config, plan.streams, judge); });
  const std::int64_t end = now_ns() + static_cast<std::int64_t>(settings.plan.seconds * 1e9);
  // The load runs for real time, until a signal.
  while (!stop && (settings.plan.seconds <= 0 || now_ns() < end)) std::this_thread::sleep_for(milliseconds(20));
  enough = true;
  pusher.join();
}

/// Further pushes of each stream until every receiver has heard one of each stream it expects: what came before is
/// brought then or will never be, however slow the machine. Who never hears one (a fault, or a client that does not
/// come back) is waited for no longer than `fence_wait_s`.
FenceReport push_fence(const LedgerSettings& settings, const Plan& plan, DeliveryJudge& judge) {
  const SteadyPusherConfig config{.apis = settings.plan.apis,
                                  .run = settings.plan.run,
                                  .rate = std::max(1.0, static_cast<double>(plan.streams.size()) / 2),
                                  .api_key = settings.plan.api_key};
  judge.fence();
  std::atomic<bool> enough{false};
  std::thread pusher([&] { push_until(enough, config, plan.streams, judge); });
  const std::int64_t begun = now_ns(), end = begun + std::int64_t{settings.fence_wait_s} * 1'000'000'000;
  while (judge.before_fence() > 0 && now_ns() < end) std::this_thread::sleep_for(milliseconds(20));
  const FenceReport report{judge.before_fence(), now_ns() - begun};
  enough = true;
  pusher.join();
  return report;
}

/// Until nothing has come for the settle time and all are back: what is late on a slow machine is not lost. Who is fed
/// for ever and who never comes back are waited for no longer than this.
void settle(const LedgerSettings& settings, const SteadyClients& clients, std::size_t count) {
  constexpr milliseconds kLongest{300'000}, kComeBack{60'000};
  const milliseconds wanted{settings.settle_s * 1000};
  const auto begun = std::chrono::steady_clock::now();
  auto heard = begun, now = begun;
  std::uint64_t received = clients.received();
  const auto over = [&] {
    return now - heard >= wanted && (clients.up() == count || now - heard >= wanted + kComeBack);
  };
  while (!over() && now - begun < kLongest) {
    std::this_thread::sleep_for(milliseconds(50));
    now = std::chrono::steady_clock::now();
    if (const auto before = std::exchange(received, clients.received()); before != received) heard = now;
  }
}

/// With all clients connected each user has one session; an error of the last question is an error of the run.
void audit_connected(const LedgerSettings& settings, const std::vector<std::uint64_t>& uids, LedgerOutcome& outcome) {
  const auto one_each = [](const SessionCount& count, std::size_t users) {
    return count.users == users && count.extra == 0;
  };
  const auto count = count_sessions_until(settings.admin, uids, settings.stale_wait_s, one_each);
  if (!count.ok()) {
    outcome.audit_error = count.error().message;
    return;
  }
  outcome.unlisted = uids.size() - count.value().users;
  outcome.extra_sessions = count.value().extra;
}

void audit_gone(const LedgerSettings& settings, const std::vector<std::uint64_t>& uids, LedgerOutcome& outcome) {
  const auto none = [](const SessionCount& count, std::size_t) { return count.sessions == 0; };
  const auto count = count_sessions_until(settings.admin, uids, settings.stale_wait_s, none);
  if (!count.ok()) {
    outcome.audit_error = count.error().message;
    return;
  }
  outcome.left_sessions = count.value().sessions;
}

void write_file(const std::string& path, const DeliveryJudge& judge, const std::vector<LostPair>& lost,
                std::size_t receivers) {
  std::ofstream out(path);
  if (!out) throw std::runtime_error("cannot write " + path);
  for (std::size_t stream = 0; stream < judge.streams().size(); ++stream) {
    const auto& pushes = judge.streams()[stream];
    for (std::size_t number = 0; number < pushes.size(); ++number) {
      out << R"({"push":[)" << stream << ',' << number << R"(],"sent_ns":)" << pushes[number].sent << R"(,"acked_ns":)"
          << pushes[number].acked << "}\n";
    }
  }
  for (std::size_t i = 0; i < receivers; ++i) {
    for (const Stay& stay : judge.stays(i)) {
      const std::int64_t down = stay.down == Stay::kStillUp ? 0 : stay.down;
      out << R"({"stay":)" << i << R"(,"up_ns":)" << stay.up << R"(,"down_ns":)" << down << "}\n";
    }
  }
  for (const LostPair& pair : lost) {
    out << R"({"lost":[)" << pair.stream << ',' << pair.number << R"(],"receiver":)" << pair.receiver << "}\n";
  }
}

WhereLost where_lost(const DeliveryJudge& judge, const std::vector<LostPair>& lost) {
  WhereLost where;
  std::set<std::uint32_t> streams;
  for (const LostPair& pair : lost) {
    const std::int64_t sent = judge.streams()[pair.stream][pair.number].sent;
    where.first = streams.empty() ? sent : std::min(where.first, sent);
    where.last = std::max(where.last, sent);
    streams.insert(pair.stream);
  }
  where.streams = streams.size();
  return where;
}

void judge_run(const LedgerSettings& settings, const Plan& plan, const DeliveryJudge& judge, LedgerOutcome& outcome) {
  std::vector<LostPair> lost;
  const auto slowest = static_cast<std::int64_t>(outcome.steady.delivery.quantile_ms(1) * 1e6);
  outcome.verdict = judge.judge(std::int64_t{settings.settle_s} * 1'000'000'000, &lost, slowest);
  outcome.where_lost = where_lost(judge, lost);
  const auto limit = static_cast<std::int64_t>(settings.refusal_limit_s * 1e9);
  std::vector<const std::deque<PushFate>*> all;
  std::vector<std::vector<const std::deque<PushFate>*>> by_api(settings.plan.apis.size());
  for (std::size_t i = 0; i < plan.streams.size(); ++i) {
    all.push_back(&judge.streams()[i]);
    by_api[plan.streams[i].api].push_back(all.back());
  }
  outcome.refused_everywhere = refusals(all, limit);
  for (const auto& streams : by_api) outcome.refused_by_api.push_back(refusals(streams, limit));
  if (!settings.file.empty()) write_file(settings.file, judge, lost, outcome.clients);
}

}  // namespace

LedgerOutcome run_ledger(const LedgerSettings& settings, const std::atomic<bool>& stop) {
  const Plan plan = make_plan(settings.plan);
  DeliveryJudge judge(plan.receivers.size(), plan.streams.size());
  for (const auto& [receiver, stream] : plan.expectations) judge.expect(receiver, stream);
  SteadyConfig config = settings.clients;
  config.run = settings.plan.run;
  config.tcp_ports = settings.plan.tcp_ports;
  config.ws_ports = settings.plan.ws_ports;
  SteadyClients clients(config, steady_clients(plan, config.tcp_ports.size()), judge);

  LedgerOutcome outcome;
  outcome.clients = plan.receivers.size();
  outcome.opened = clients.open(settings.open_timeout_s);
  std::printf("connections=%zu open=%zu streams=%zu run=%u seed=%u\n", outcome.clients, outcome.opened,
              plan.streams.size(), settings.plan.run, settings.plan.seed);
  std::fflush(stdout);
  if (outcome.opened != outcome.clients) return outcome;

  outcome.begun = now_ns();
  push_for(settings, plan, stop, judge, outcome.pushes);
  clients.quieten();
  outcome.fence = push_fence(settings, plan, judge);
  settle(settings, clients, plan.receivers.size());
  outcome.at_end = clients.up();
  const auto uids = uids_of(settings.plan);
  if (!settings.admin.empty()) audit_connected(settings, uids, outcome);
  clients.stop();
  if (!settings.admin.empty()) audit_gone(settings, uids, outcome);
  outcome.steady = clients.report();
  judge_run(settings, plan, judge, outcome);
  return outcome;
}

}  // namespace im::load
