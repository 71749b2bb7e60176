#include <chrono>
#include <csignal>
#include <iostream>
#include <memory>
#include <thread>

#include <CLI/CLI.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_to.hpp>

#include "common/client/address.hpp"
#include "common/config/values.hpp"
#include "tools/imctl/api.hpp"
#include "tools/imctl/commands.hpp"
#include "tools/imctl/output.hpp"

namespace im::imctl {

namespace {

namespace json = boost::json;

constexpr std::chrono::milliseconds kBetween{200};

struct TraceArguments {
  std::string who, time;
  bool is_key = false, is_conn = false, bodies = false;
  std::uint64_t count = 0;
};

volatile std::sig_atomic_t interrupted = 0;

std::string begin(const Globals& globals, const TraceArguments& arguments) {
  const bool number = arguments.who.find_first_not_of("0123456789") == std::string::npos && !arguments.is_key;
  const char* name = arguments.is_conn ? "conn=" : number ? "uid=" : "key=";
  const json::value begun = call_admin(globals.admin,
                                       "/admin/v1/trace?" + std::string(name) + client::percent_encode(arguments.who) +
                                           (arguments.bodies ? "&bodies=1" : ""),
                                       "POST");
  std::cerr << "tracing " << printable(arguments.is_conn ? arguments.who : cell(begun, "key")) << " on "
            << printable(cell(begun, "comet")) << "\n";
  return cell(begun, "id");
}

/// "in  op=2 seq=5 size=0"
std::string line_of(const json::value& event) {
  const std::string kind = cell(event, "kind"), note = cell(event, "note");
  std::string line = clock_text(event.at("time_ms").as_int64()) + " " + kind + std::string(8 - kind.size(), ' ');
  if (kind == "closed") return line + note;
  line += note.empty() || kind == "dropped" ? "op=" + cell(event, "op") + " " : note + " ";
  if (note.empty()) line += "seq=" + cell(event, "seq") + " ";
  line += "size=" + cell(event, "size");
  if (const std::string waiting = cell(event, "waiting"); !waiting.empty() && waiting != "0")
    line += " waiting=" + waiting;
  if (kind == "dropped") line += " " + note;
  if (const json::value* body = event.as_object().if_contains("body")) line += " " + json::value_to<std::string>(*body);
  if (const std::string bytes = cell(event, "body_base64"); !bytes.empty()) line += " base64:" + bytes;
  return line;
}

/// Prints what came; true when `count` events have been seen.
bool show(const Globals& globals, const TraceArguments& arguments, const json::value& answer, std::uint64_t& seen) {
  if (const std::int64_t dropped = answer.at("dropped").to_number<std::int64_t>(); dropped > 0)
    std::cerr << dropped << " events did not fit and are not shown\n";
  for (const json::value& event : answer.at("events").as_array()) {
    std::cout << (globals.json ? json::serialize(event) : printable(line_of(event))) << "\n";
    if (++seen == arguments.count) return true;
  }
  std::cout.flush();
  return !std::cout;
}

int run(const Globals& globals, const TraceArguments& arguments) {
  auto end = std::chrono::steady_clock::time_point::max();
  if (!arguments.time.empty()) {
    const auto time = config::parse_duration(arguments.time);
    if (!time || time->count() < 1)
      throw UsageError("--for: \"" + arguments.time + "\" is not a duration, for example 30s");
    end = std::chrono::steady_clock::now() + *time;
  }
  std::signal(SIGINT, [](int signal) { interrupted = signal; });
  std::signal(SIGTERM, [](int signal) { interrupted = signal; });
  const std::string target = "/admin/v1/trace?id=" + begin(globals, arguments);
  std::uint64_t seen = 0;
  bool done = false, over = false;
  while (!done && !over && interrupted == 0 && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(kBetween);
    const json::value answer = call_admin(globals.admin, target);
    done = show(globals, arguments, answer, seen);
    over = answer.at("over").as_bool();  // the connection has ended, and the trace with it
  }
  std::cout.flush();
  if (!over) call_admin(globals.admin, target + "&end=1");
  return interrupted == SIGINT ? kInterrupted : kOk;
}

}  // namespace

void add_trace(CLI::App& app, Globals& globals) {
  const auto arguments = std::make_shared<TraceArguments>();
  CLI::App* trace = app.add_subcommand("trace", "Show what one connection does, packet by packet, until it ends");
  trace->add_option("who", arguments->who, "UID (digits), KEY, or with --conn COMET/WORKER/PLACE/GENERATION")
      ->required()
      ->type_name("");
  auto* key = trace->add_flag("--key", arguments->is_key, "Digits are a key, too");
  trace->add_flag("--conn", arguments->is_conn, "A connection as `imctl session` shows it")->excludes(key);
  trace->add_flag("--bodies", arguments->bodies, "With the first 1024 bytes of bodies; never of op 7 (auth)");
  trace->add_option("--for", arguments->time, "End after this time, for example 30s");
  trace->add_option("--count", arguments->count, "End after that many events; 0 = never")->capture_default_str();
  trace->footer(
      "in: from the client; out: to the client, with the bytes that wait before it; dropped: a push that was not for\n"
      "it; closed: why. Ctrl-C ends with 130.\n"
      "Examples:\n  imctl trace 7\n  imctl trace 7/phone --bodies --for 1m\n  imctl trace --conn comet-1/0/3/17");
  trace->callback([&globals, arguments] { globals.run = [&globals, arguments] { return run(globals, *arguments); }; });
}

}  // namespace im::imctl
