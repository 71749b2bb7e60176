#include "tests/load/ledger_run.hpp"

#include <chrono>
#include <cstdio>
#include <fstream>
#include <stdexcept>
#include <thread>

namespace im::load {

namespace {

using std::chrono::milliseconds;

std::vector<SteadyClient> steady_clients(const Plan& plan, std::size_t comets) {
  std::vector<SteadyClient> clients;
  clients.reserve(plan.receivers.size());
  for (std::size_t i = 0; i < plan.receivers.size(); ++i) {
    clients.push_back({plan.receivers[i].transport, plan.receivers[i].token, i / 2 % comets});
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
  const SteadyPusherConfig config{.apis = settings.plan.apis, .run = settings.plan.run, .rate = settings.plan.rate};
  std::thread pusher([&] { report = push_until(enough, config, plan.streams, judge); });
  const std::int64_t end = now_ns() + static_cast<std::int64_t>(settings.plan.seconds * 1e9);
  // The load runs for real time, until a signal.
  while (!stop && (settings.plan.seconds <= 0 || now_ns() < end)) std::this_thread::sleep_for(milliseconds(20));
  enough = true;
  pusher.join();
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

void judge_run(const LedgerSettings& settings, const Plan& plan, const DeliveryJudge& judge, LedgerOutcome& outcome) {
  std::vector<LostPair> lost;
  outcome.verdict = judge.judge(std::int64_t{settings.settle_s} * 1'000'000'000, &lost);
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
  std::printf("connections=%zu open=%zu streams=%zu run=%u\n", outcome.clients, outcome.opened, plan.streams.size(),
              settings.plan.run);
  std::fflush(stdout);
  if (outcome.opened != outcome.clients) return outcome;

  push_for(settings, plan, stop, judge, outcome.pushes);
  clients.quieten();
  // The promise is judged after this margin of real time.
  std::this_thread::sleep_for(std::chrono::seconds(settings.settle_s));
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
