#include <iomanip>
#include <iostream>
#include <memory>
#include <sstream>

#include <CLI/CLI.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "tools/imctl/api.hpp"
#include "tools/imctl/bench/chat_users.hpp"
#include "tools/imctl/bench/percentile.hpp"
#include "tools/imctl/calls/call_test.hpp"
#include "tools/imctl/commands.hpp"
#include "tools/imctl/output.hpp"

namespace im::imctl {

namespace {

namespace json = boost::json;

struct CallTestArguments {
  std::string server = "http://127.0.0.1:3113";
  std::vector<std::string> comets{"127.0.0.1:3101"};
  std::string caller, callee;
  std::uint64_t candidates = 50;
  int timeout_s = 30;
};

CallTestSettings test_settings_of(const CallTestArguments& arguments) {
  if (arguments.caller.empty() != arguments.callee.empty()) throw UsageError("--caller and --callee go together");
  if (arguments.comets.size() > 2) throw UsageError("--comets: one, or the caller's and the callee's");
  CallTestSettings settings;
  for (client::Address* into : {&settings.caller_comet, &settings.callee_comet}) {
    const auto address =
        client::parse_address(into == &settings.caller_comet ? arguments.comets.front() : arguments.comets.back());
    if (!address.ok()) throw UsageError("--comets: " + address.error().message);
    *into = address.value();
  }
  settings.candidates = arguments.candidates;
  settings.timeout = std::chrono::seconds(arguments.timeout_s);
  settings.caller_token = arguments.caller;
  settings.callee_token = arguments.callee;
  if (!arguments.caller.empty()) return settings;
  const std::vector<ChatUser> users = make_chat_users(arguments.server, 2, 0);
  settings.caller_token = users[0].devices[0].token;
  settings.callee_token = users[1].devices[0].token;
  return settings;
}

double ms(Duration took) { return std::chrono::duration<double, std::milli>(took).count(); }

json::object test_result(const CallTest& test) {
  const auto& times = test.pair().times();
  const auto& counts = test.pair().counts();
  json::object result{{"ok", true}, {"call_id", test.pair().call_id()}, {"media", false}};
  result["path"] = json::object{{"caller_comet", test.caller().comet()}, {"callee_comet", test.callee().comet()}};
  result["ice_urls"] = test.pair().ice_urls();
  result["setup_ms"] = json::object{
      {"ring", ms(times.ring)}, {"accept", ms(times.accept)}, {"descriptions", ms(times.answer)}, {"up", ms(times.up)}};
  result["relay_ms"] = json::object{{"p50", percentile(test.relay_ms(), 0.5)},
                                    {"p99", percentile(test.relay_ms(), 0.99)},
                                    {"max", percentile(test.relay_ms(), 1)}};
  result["asked_again"] = counts.asked_again;
  result["candidates"] = json::object{{"sent", counts.sent},
                                      {"relayed", counts.relayed},
                                      {"repeated", counts.repeated},
                                      {"lost", test.pair().waiting()}};
  return result;
}

std::string figure(double value) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(1) << value << " ms";
  return text.str();
}

void print_test(const CallTest& test) {
  const auto& times = test.pair().times();
  const auto& counts = test.pair().counts();
  std::cout << "path      caller " << test.caller().uid() << " at comet " << printable(test.caller().comet())
            << ", callee " << test.callee().uid() << " at comet " << printable(test.callee().comet()) << "\n"
            << "servers   " << test.pair().ice_urls()
            << " STUN and TURN addresses given, not tried: no media was sent\n"
            << "set-up    ring " << figure(ms(times.ring)) << ", accepted " << figure(ms(times.accept))
            << ", descriptions " << figure(ms(times.answer)) << ", up " << figure(ms(times.up)) << " after the invite\n"
            << "relay     p50 " << figure(percentile(test.relay_ms(), 0.5)) << ", p99 "
            << figure(percentile(test.relay_ms(), 0.99)) << " of " << counts.relayed << " candidates, both ways\n"
            << "end       hung up by the caller, heard by both" << std::endl;
}

int run_test(const Globals& globals, const CallTestArguments& arguments) {
  const CallTestSettings settings = test_settings_of(arguments);
  boost::asio::io_context context(1);
  CallTest test(context, settings);
  boost::asio::signal_set signals(context, SIGINT, SIGTERM);
  Exit failed = kFailed;
  signals.async_wait([&test, &failed](const boost::system::error_code& error, int signal) {
    if (error) return;
    if (signal == SIGINT) failed = kInterrupted;
    test.interrupt();
  });
  test.start([&context] { context.stop(); });
  context.run();
  if (!test.failure().empty()) throw Failure(test.failure(), test.unreachable() ? kUnreachable : failed);
  if (globals.json) {
    std::cout << json::serialize(test_result(test)) << "\n";
  } else {
    print_test(test);
  }
  return 0;
}

}  // namespace

void add_call_test(CLI::App& app, Globals& globals) {
  const auto given = std::make_shared<CallTestArguments>();
  CLI::App* command = app.add_subcommand("call-test", "One call of two through the cluster, signalling alone");
  command->add_option("--server", given->server, "Public port of a logic, where two accounts are made for the test")
      ->envname("IM_SERVER")
      ->capture_default_str();
  command->add_option("--comets", given->comets, "TCP ports: the caller's comet and the callee's, HOST:PORT,HOST:PORT")
      ->delimiter(',')
      ->capture_default_str();
  command->add_option("--caller", given->caller, "Token of the caller, where accounts are not the cluster's");
  command->add_option("--callee", given->callee, "Token of the callee");
  command->add_option("--candidates", given->candidates, "Candidates to relay, each way")
      ->check(CLI::Range(1, 10000))
      ->capture_default_str();
  command->add_option("--timeout", given->timeout_s, "Seconds for all of it")
      ->check(CLI::Range(1, 3600))
      ->capture_default_str();
  command->footer(
      "Two clients without media: invite, ring, accept, descriptions, candidates, reports, hang-up. No media flows, "
      "so\n"
      "nothing is said about firewalls and TURN. The accounts that it makes stay.\n"
      "Ends with 0 when the call went through and every candidate arrived, with 4 when logic or a comet cannot be\n"
      "reached, with 1 when something else went wrong; the text names the step.\n"
      "Examples:\n"
      "  imctl call-test\n"
      "  imctl call-test --comets 127.0.0.1:3101,127.0.0.1:3201     two comets, as of ./im demo --comets 2\n"
      "  imctl call-test --caller \"$ANN\" --callee \"$BOB\" --json");
  command->callback([&globals, given] { globals.run = [&globals, given] { return run_test(globals, *given); }; });
}

}  // namespace im::imctl
