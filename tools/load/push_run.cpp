#include "tools/load/push_run.hpp"

#include <unistd.h>

namespace im::load {

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

/// Waits until everything acknowledged has arrived, or nothing has arrived for a while.
void wait_for_rest(const ReceiverPool& pool, const Ledger& ledger, int quiet_s) {
  std::uint64_t last = 0;
  std::int64_t moved = now_ns();
  while (true) {
    const std::uint64_t seen = pool.delivered();
    if (seen >= ledger.expected() && now_ns() - moved > kSecond) return;  // a second more for duplicates
    if (seen != last) {
      last = seen;
      moved = now_ns();
    }
    if (now_ns() - moved > quiet_s * kSecond) return;
    // Other processes deliver; nothing tells that they are done.
    ::usleep(50'000);
  }
}

}  // namespace

PushRun run_pushes(const PushRunSettings& settings, const Plan& plan) {
  Ledger ledger(plan.receivers.size(), plan.streams.size(), plan.messages_per_stream);
  for (const auto& [receiver, stream] : plan.expectations) ledger.expect(receiver, stream);
  SendTimes sent_at(plan.streams.size(), plan.messages_per_stream);
  ReceiverPool pool({.host = settings.host, .run = settings.plan.run, .threads = settings.threads}, plan.receivers,
                    ledger, sent_at);
  PushRun run;
  const std::int64_t begin = now_ns();
  run.connections = pool.open(settings.open_timeout_s);
  run.opened_in_s = static_cast<double>(now_ns() - begin) / 1e9;
  if (run.connections != plan.receivers.size()) {
    throw NotOpen("only " + std::to_string(run.connections) + " of " + std::to_string(plan.receivers.size()) +
                  " connections were answered within " + std::to_string(settings.open_timeout_s) + " s");
  }
  if (settings.before_pushes) settings.before_pushes();
  const SenderConfig sender{.apis = settings.plan.apis,
                            .run = settings.plan.run,
                            .rate = settings.plan.rate,
                            .messages = plan.messages_per_stream,
                            .body_size = settings.body_size,
                            .api_key = settings.plan.api_key,
                            .order = plan.order};
  run.pushes = send_all(sender, plan.streams, ledger, sent_at, settings.answer_timeout_s);
  wait_for_rest(pool, ledger, settings.quiet_s);
  pool.stop();
  run.judgement = ledger.judge();
  run.by_second = pool.by_second(run.pushes.first_due);
  for (const Latency& second : run.by_second) run.delivery.add(second);
  run.closed = pool.closed();
  run.reads = pool.reads();
  return run;
}

}  // namespace im::load
