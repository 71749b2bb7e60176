#include <csignal>
#include <iostream>
#include <memory>

#include <CLI/CLI.hpp>
#include <boost/asio/signal_set.hpp>

#include "tools/imctl/api.hpp"
#include "tools/imctl/bench/chat_load.hpp"
#include "tools/imctl/bench/percentile.hpp"
#include "tools/imctl/commands.hpp"

namespace im::imctl {

namespace {

struct BenchArguments {
  std::string server = "http://127.0.0.1:3113";
  std::vector<std::string> comets{"127.0.0.1:3101"};
  std::size_t users = 200, twice = 4;
  int seconds = 60, settle_s = 60;
  ChatLoadSettings load;
};

ChatLoadSettings load_of(const BenchArguments& arguments) {
  ChatLoadSettings load = arguments.load;
  load.length = std::chrono::seconds(arguments.seconds);
  load.settle = std::chrono::seconds(arguments.settle_s);
  for (const std::string& text : arguments.comets) {
    const auto address = client::parse_address(text);
    if (!address.ok()) throw UsageError("--comets: " + address.error().message);
    load.comets.push_back(address.value());
  }
  return load;
}

void print_counters(const ChatLoad& load, const ChatLedger::Counters& counters) {
  std::cout << "devices=" << load.devices() << " present_at_end=" << load.present() << " losses=" << load.losses()
            << " resets=" << load.resets() << " held=" << load.held() << " copies=" << counters.copies
            << " judged=" << counters.judged << " counts=" << counters.counts
            << "\nack_ms_p50=" << percentile(load.ledger().ack_ms(), 0.5)
            << " ack_ms_p99=" << percentile(load.ledger().ack_ms(), 0.99)
            << " push_ms_p50=" << percentile(load.ledger().push_ms(), 0.5)
            << " push_ms_p99=" << percentile(load.ledger().push_ms(), 0.99)
            << " settle_s=" << std::chrono::duration_cast<std::chrono::seconds>(load.settled_for()).count()
            << "\nsent=" << counters.sent << " acked=" << counters.acked << " refused=" << counters.refused
            << " open=" << load.ledger().open() << " lost=" << counters.lost << " dup=" << counters.dup
            << " reorder=" << counters.reorder << " gap=" << counters.gap << " phantom=" << counters.phantom
            << " unpushed=" << counters.unpushed << " miscount=" << counters.miscount << std::endl;
}

int run_bench(const BenchArguments& arguments) {
  if (arguments.users < 2) throw UsageError("--users: at least two are needed for a conversation");
  const std::vector<ChatUser> users = make_chat_users(arguments.server, arguments.users, arguments.twice);
  boost::asio::io_context context(1);
  ChatLoad load(context, load_of(arguments), users);
  boost::asio::signal_set signals(context, SIGINT, SIGTERM);
  int signal = 0;
  signals.async_wait([&load, &signal](const boost::system::error_code& error, int number) {
    if (error) return;
    signal = number;
    load.stop();
  });
  std::string problem = "stopped before";
  const auto begun = [&load] { std::cout << "devices=" << load.devices() << " open=" << load.present() << std::endl; };
  const auto ended = [&] {
    load.read_end([&](const std::string& unread) {
      problem = unread;
      context.stop();
    });
  };
  load.start(begun, ended);
  context.run();
  if (!problem.empty()) throw Failure("the store could not be read at the end: " + problem);
  const auto counters = load.judge();
  print_counters(load, counters);
  if (signal == SIGINT) return kInterrupted;
  return counters.good() && load.ledger().open() == 0 && load.present() == load.devices() ? kOk : kNotMet;
}

}  // namespace

void add_bench(CLI::App& app, Globals& globals) {
  const auto given = std::make_shared<BenchArguments>();
  CLI::App* bench = app.add_subcommand("bench", "Load for a test cluster, judged by a ledger");
  bench->require_subcommand(1);
  bench->footer("Example:\n  imctl bench chat --users 20 --conversations 5 --rate 50 --seconds 10");
  CLI::App* chat =
      bench->add_subcommand("chat", "Users who write to each other; what was promised and not kept is counted");
  chat->add_option("--server", given->server, "Public port of a logic; its users are its own")
      ->envname("IM_SERVER")
      ->capture_default_str();
  chat->add_option("--comets", given->comets, "TCP ports of comets, HOST:PORT with commas")
      ->delimiter(',')
      ->capture_default_str();
  chat->add_option("--users", given->users, "Users, made anew")->capture_default_str();
  chat->add_option("--twice", given->twice, "Every so manieth user has two devices; 0 = none")->capture_default_str();
  chat->add_option("--conversations", given->load.conversations, "Pairs of users who write")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  chat->add_option("--groups", given->load.groups, "Groups whose members write")->capture_default_str();
  chat->add_option("--members", given->load.members, "Members of each group")
      ->check(CLI::Range(2, 200))
      ->capture_default_str();
  chat->add_option("--reads", given->load.reads, "Read marks per second; 0 = none")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  chat->add_option("--rate", given->load.rate, "Messages per second")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  chat->add_option("--churn", given->load.churn, "Connections per second that are cut and made again")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  chat->add_option("--seconds", given->seconds, "How long to write; 0 = until Ctrl-C")->capture_default_str();
  chat->add_option("--settle", given->settle_s,
                   "Seconds without anything new at the end, after which the rest counts as missing")
      ->capture_default_str();
  chat->add_option("--seed", given->load.seed, "Another seed is another run")->capture_default_str();
  chat->footer(
      "The last line counts what was sent, acked, refused, still open, and what must be 0: lost (acknowledged, and "
      "not\n"
      "stored or not shown), dup, reorder, gap, phantom, unpushed (a device that was there was never told),\n"
      "miscount (unread messages or read marks of a device's list are not what the history says). Ends with 5 when "
      "one\n"
      "of them is not.\n"
      "Example:\n"
      "  imctl bench chat --comets 127.0.0.1:3101,127.0.0.1:3201 --rate 500 --seconds 60");
  chat->callback([&globals, given] { globals.run = [given] { return run_bench(*given); }; });
  add_bench_calls(*bench, globals);
  add_bench_connect(*bench, globals);
  add_bench_idle(*bench, globals);
  add_bench_push(*bench, globals);
  add_bench_storm(*bench, globals);
}

}  // namespace im::imctl
