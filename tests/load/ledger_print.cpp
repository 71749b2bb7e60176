#include <cstdio>

#include "tests/load/ledger_run.hpp"

namespace im::load {

namespace {

unsigned long long number(std::uint64_t value) { return value; }

void print_pushes(const LedgerOutcome& outcome, const LedgerSettings& settings) {
  for (const auto& [answer, times] : outcome.pushes.why)
    std::printf("refused %llu times: %s\n", number(times), answer.c_str());
  std::printf("answer_ms p50=%.1f p99=%.1f longest_refusal_ms=%.0f refused_longer_than_%.0fs=%llu\n",
              outcome.pushes.answer.quantile_ms(0.5), outcome.pushes.answer.quantile_ms(0.99),
              static_cast<double>(outcome.refused_everywhere.longest_ns) / 1e6, settings.refusal_limit_s,
              number(outcome.refused_everywhere.late));
  for (std::size_t i = 0; i < outcome.refused_by_api.size(); ++i) {
    std::printf("longest_refusal_ms of %s: %.0f\n", settings.plan.apis[i].c_str(),
                static_cast<double>(outcome.refused_by_api[i].longest_ns) / 1e6);
  }
}

void print_clients(const LedgerOutcome& outcome) {
  const SteadyReport& steady = outcome.steady;
  for (const auto& [why, times] : steady.losses)
    std::printf("connections lost %llu times: %s\n", number(times), why.c_str());
  std::printf("delivery_ms_p50=%.2f delivery_ms_p99=%.1f delivery_ms_p999=%.1f\n", steady.delivery.quantile_ms(0.5),
              steady.delivery.quantile_ms(0.99), steady.delivery.quantile_ms(0.999));
  std::printf("connected_at_end=%zu failed_attempts=%llu replaced=%llu kept_old=%llu\n", outcome.at_end,
              number(steady.failed_attempts), number(steady.replaced), number(steady.kept_old));
  std::printf("reconnected=%llu reconnect_ms p50=%.0f p99=%.0f silences=%llu silence_ms p50=%.0f p99=%.0f\n",
              number(steady.recovery.count()), steady.recovery.quantile_ms(0.5), steady.recovery.quantile_ms(0.99),
              number(steady.gap.count()), steady.gap.quantile_ms(0.5), steady.gap.quantile_ms(0.99));
}

double seconds(std::int64_t nanoseconds) { return static_cast<double>(nanoseconds) / 1e9; }

void print_verdict(const LedgerOutcome& outcome, const LedgerSettings& settings) {
  const Verdict& verdict = outcome.verdict;
  std::printf("behind_the_run: unheard=%zu after_s=%.1f\n", outcome.fence.unheard, seconds(outcome.fence.took_ns));
  if (const WhereLost& where = outcome.where_lost; where.streams > 0) {
    std::printf("lost in %zu streams, sent %.1f to %.1f s after the beginning\n", where.streams,
                seconds(where.first - outcome.begun), seconds(where.last - outcome.begun));
  }
  if (outcome.audit_error.empty()) {
    std::printf("sessions: unlisted=%llu extra=%llu left=%llu\n", number(outcome.unlisted),
                number(outcome.extra_sessions), number(outcome.left_sessions));
  } else {
    std::printf("sessions could not be counted: %s\n", outcome.audit_error.c_str());
  }
  std::printf(
      "delivered=%llu judged=%llu away=%llu cut=%llu missed_while_away_or_cut=%llu straggler=%llu moved=%llu "
      "settle_s=%d\n",
      number(verdict.delivered), number(verdict.judged), number(verdict.away), number(verdict.cut),
      number(verdict.missed), number(verdict.straggler), number(verdict.moved), settings.settle_s);
}

}  // namespace

void print_outcome(const LedgerOutcome& outcome, const LedgerSettings& settings) {
  print_pushes(outcome, settings);
  print_clients(outcome);
  print_verdict(outcome, settings);
  Latency recovery = outcome.steady.recovery;
  recovery.add(outcome.steady.gap);
  const Verdict& verdict = outcome.verdict;
  std::printf(
      "sent=%llu acked=%llu refused=%llu lost=%llu dup_raw=%llu dup_same=%llu dup_shown=%llu reorder=%llu phantom=%llu "
      "stale_sessions=%llu recovery_ms_p50=%.0f recovery_ms_p99=%.0f\n",
      number(outcome.pushes.sent), number(outcome.pushes.acked), number(outcome.pushes.refused), number(verdict.lost),
      number(verdict.dup_raw), number(verdict.dup_same), number(verdict.dup_shown), number(verdict.reorder),
      number(verdict.phantom), number(outcome.stale()), recovery.quantile_ms(0.5), recovery.quantile_ms(0.99));
}

}  // namespace im::load
