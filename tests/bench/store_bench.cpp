// im-store-bench: messages a second through the write lanes, beside its controls in the same run: one row a commit on
// one connection (the store's own rate), and the same messages with one in a commit (what grouping is worth). First as
// fast as they go, then at a rate below what the store can do, where the time of one message counts.
// im-store-bench [DSN] [THREADS] [SECONDS]; without a DSN a SQLite file in the folder of temporary files.
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "logic/chat/message_service.hpp"
#include "tests/support/test_store.hpp"

namespace {

using namespace im;
using Clock = std::chrono::steady_clock;

struct Figures {
  double per_second = 0;
  double p50_ms = 0;
  double p99_ms = 0;
};

double ms(Clock::duration took) { return std::chrono::duration<double, std::milli>(took).count(); }

Figures figures_of(std::vector<double> took, double seconds) {
  std::ranges::sort(took);
  if (took.empty()) return {};
  auto at = [&](double part) { return took[static_cast<std::size_t>(part * static_cast<double>(took.size() - 1))]; };
  return {static_cast<double>(took.size()) / seconds, at(0.5), at(0.99)};
}

Figures one_row_a_commit(const sql::Database& database, double seconds) {
  const auto db = sql::Connection::open(database, sql::Access::kWrite).value();
  (void)db->execute("CREATE TABLE IF NOT EXISTS bench_rows (body VARCHAR(190))");
  std::vector<double> took;
  const auto begin = Clock::now();
  while (ms(Clock::now() - begin) < seconds * 1000) {
    const auto from = Clock::now();
    if (!db->begin() || !db->execute("INSERT INTO bench_rows (body) VALUES (?)", {std::string(100, 'x')}) ||
        !db->commit())
      std::exit(1);
    took.push_back(ms(Clock::now() - from));
  }
  return figures_of(std::move(took), seconds);
}

struct Load {
  int threads = 64;
  double seconds = 5;
  double rate = 0;  ///< messages a second of all threads; 0: as fast as they are answered
};

/// When the i-th message of thread t is due: the threads take turns. What waits for its turn counts its wait.
Clock::time_point due(const Load& load, Clock::time_point begin, int t, int i) {
  if (load.rate <= 0) return Clock::now();
  const std::chrono::duration<double> offset((i * load.threads + t) / load.rate);
  return begin + std::chrono::duration_cast<Clock::duration>(offset);
}

/// Each thread writes to a conversation of two of its own and waits for each answer, as a thread of the pool does.
Figures sends(test::TestStore& base, const Load& load) {
  const int threads = load.threads;
  const double seconds = load.seconds;
  logic::chat::ConversationService conversations(*base.store, {});
  logic::chat::MessageService messages(*base.store, conversations, {});
  std::vector<std::vector<double>> took(static_cast<std::size_t>(threads));
  std::vector<std::thread> running;
  const auto begin = Clock::now();
  for (int t = 0; t < threads; ++t)
    running.emplace_back([&, t] {
      const logic::chat::Actor actor{Uid(2 * t + 1), "bench", ""};
      for (int i = 0; ms(Clock::now() - begin) < seconds * 1000; ++i) {
        const auto from = due(load, begin, t, i);
        std::this_thread::sleep_until(from);  // at a rate: this is the rate
        const auto sent = messages.send(actor, {.to = Uid(2 * t + 2),
                                                .client_id = std::to_string(i),
                                                .body = std::string(100, static_cast<char>('a' + i % 26))});
        if (!sent) {
          std::fprintf(stderr, "%s\n", sent.error().message.c_str());
          std::exit(1);
        }
        took[static_cast<std::size_t>(t)].push_back(ms(Clock::now() - from));
      }
    });
  for (auto& thread : running) thread.join();
  std::vector<double> all;
  for (const auto& one : took) all.insert(all.end(), one.begin(), one.end());
  return figures_of(std::move(all), seconds);
}

void print(const char* name, const Figures& figures) {
  std::printf("%-22s %9.0f /s   p50 %7.2f ms   p99 %7.2f ms\n", name, figures.per_second, figures.p50_ms,
              figures.p99_ms);
}

/// On a store of its own: the same work, `batch` messages at most in a commit.
struct Sent {
  Figures figures;
  double entries_a_commit = 0;
  double statements = 0;  ///< of the lanes, a message
};
Sent sent_in_batches(std::size_t batch, const Load& load) {
  test::TestStore base({.batch = batch});
  base.add_users(2 * load.threads);
  const auto figures = sends(base, load);
  const auto stats = base.store->lanes().stats();
  const auto entries = static_cast<double>(stats.entries);
  return {figures, entries / static_cast<double>(stats.batches), static_cast<double>(stats.statements) / entries};
}

void row(const char* figure, double here, const char* unit, const std::string& name, double control) {
  std::printf("| %s | %.1f %s | %s: %.1f %s | %.2f |\n", figure, here, unit, name.c_str(), control, unit,
              here / control);
}

/// Rows of a table, as tests/bench/figures.sh prints them.
void print_rows(const Figures& control, const Sent& alone, const Sent& grouped, const Sent& calm) {
  row("`msg.send` as fast as it goes", grouped.figures.per_second, "/s", "one row a commit", control.per_second);
  row("the same", grouped.figures.per_second, "/s", "one message a commit", alone.figures.per_second);
  row("`msg.send` at 500/s, p99", calm.figures.p99_ms, "ms", "a commit of one row, p50", control.p50_ms);
  row("the same", calm.figures.p99_ms, "ms", "a commit of one row, p99", control.p99_ms);
  row("statements of a message", grouped.statements, "", "one message a commit", alone.statements);
}

int run(const Load& load) {
  Figures control;
  {
    const test::TestDatabase database;
    std::printf("%s, %d threads\n", database.get().description.c_str(), load.threads);
    control = one_row_a_commit(database.get(), load.seconds);
  }
  const auto most = logic::store::LaneOptions().batch;
  const auto alone = sent_in_batches(1, load);
  const auto grouped = sent_in_batches(most, load);
  const auto calm = sent_in_batches(most, {load.threads, load.seconds, 500});
  print("one row a commit", control);
  print("one message a commit", alone.figures);
  print("msg.send", grouped.figures);
  print("msg.send at 500/s", calm.figures);
  std::printf("group commit: %.1f x one message a commit, %.1f x one row a commit; %.1f entries a commit\n",
              grouped.figures.per_second / alone.figures.per_second, grouped.figures.per_second / control.per_second,
              grouped.entries_a_commit);
  print_rows(control, alone, grouped, calm);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && *argv[1] != '\0') ::setenv("IM_TEST_DSN", argv[1], 1);
  return run({argc > 2 ? std::atoi(argv[2]) : 64, argc > 3 ? std::atof(argv[3]) : 5});
}
