#include <algorithm>
#include <chrono>
#include <csignal>
#include <iostream>
#include <memory>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "common/client/address.hpp"
#include "common/config/values.hpp"
#include "tools/imctl/api.hpp"
#include "tools/imctl/commands.hpp"
#include "tools/imctl/output.hpp"

namespace im::imctl {

namespace {

namespace json = boost::json;
using Steady = std::chrono::steady_clock;

struct Top {
  std::string type = "live";
  int limit = 10;
  std::string every = "2s";
  bool once = false;
};

struct TopFigures {
  json::value rooms, total;
};

volatile std::sig_atomic_t top_ended = 0;

std::string prefix_of(const Top& top) { return top.type + "://"; }

TopFigures ask_top(const Globals& globals, const Top& top) {
  const std::string type = client::percent_encode(prefix_of(top));
  return {call_api(globals.api, "GET", "/goim/online/top?type=" + type + "&limit=" + std::to_string(top.limit)),
          call_api(globals.api, "GET", "/goim/online/total")};
}

std::string top_text(const Top& top, const TopFigures& figures) {
  std::vector<Row> rows{{"ROOM", "MEMBERS"}};
  if (figures.rooms.is_array()) {
    for (const json::value& room : figures.rooms.get_array())
      rows.push_back({prefix_of(top) + cell(room, "room_id"), cell(room, "count")});
  }
  return table(rows) + printable(cell(figures.total, "conn_count")) + " connections from " +
         printable(cell(figures.total, "ip_count")) + " addresses\n";
}

int print_once(const Globals& globals, const Top& top) {
  const TopFigures figures = ask_top(globals, top);
  if (globals.json) {
    const json::object all{{"type", top.type}, {"rooms", figures.rooms}, {"total", figures.total}};
    std::cout << json::serialize(all) << "\n";
  } else {
    std::cout << top_text(top, figures);
  }
  return kOk;
}

/// From the upper left corner over what was there, no further than the screen goes: the last lines are the totals.
std::string screen_of(const std::string& text) {
  winsize size{};
  const std::size_t most = ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 4 ? size.ws_row - 1U : 24;
  std::vector<std::string> lines;
  for (std::size_t from = 0, to = 0; (to = text.find('\n', from)) != std::string::npos; from = to + 1)
    lines.push_back(text.substr(from, to - from));
  constexpr std::size_t kLast = 3;
  if (lines.size() > most && lines.size() > kLast) {
    const auto last = lines.end() - static_cast<std::ptrdiff_t>(kLast);
    lines.erase(last - static_cast<std::ptrdiff_t>(std::min(lines.size() - most, lines.size() - kLast)), last);
  }
  std::string out = "\x1b[H";
  for (const std::string& line : lines) out += line + "\x1b[K\n";
  return out + "\x1b[J";
}

/// The figures as they change. What cannot be asked stays as it was, with a word on since when.
int show_live(const Globals& globals, const Top& top, std::chrono::milliseconds every) {
  std::signal(SIGINT, [](int signal) { top_ended = signal; });
  std::signal(SIGTERM, [](int signal) { top_ended = signal; });
  TopFigures figures = ask_top(globals, top);
  auto heard = Steady::now();
  std::string why;
  std::cout << "\x1b[2J";
  while (top_ended == 0) {
    std::string state = "every " + top.every + ", Ctrl-C ends";
    if (!why.empty()) {
      const auto age = std::chrono::duration_cast<std::chrono::seconds>(Steady::now() - heard).count();
      state = "as it was " + std::to_string(age) + " s ago: " + printable(why);
    }
    std::cout << screen_of(top_text(top, figures) + "\n" + state + "\n") << std::flush;
    ::poll(nullptr, 0, static_cast<int>(every.count()));  // a signal ends it
    if (top_ended != 0) break;
    try {
      figures = ask_top(globals, top);
      heard = Steady::now();
      why.clear();
    } catch (const Failure& failure) {
      why = failure.what();
    }
  }
  return top_ended == SIGINT ? kInterrupted : kOk;
}

int run_top(const Globals& globals, const Top& top) {
  const auto every = config::parse_duration(top.every);
  if (!every || every->count() < 100 || every->count() > 3600'000)
    throw UsageError("--every: \"" + top.every + "\" is not a duration of 100ms to 1h, for example 2s");
  const bool live = !globals.json && !top.once && ::isatty(STDOUT_FILENO) != 0;
  return live ? show_live(globals, top, *every) : print_once(globals, top);
}

}  // namespace

void add_top(CLI::App& app, Globals& globals) {
  auto top = std::make_shared<Top>();
  CLI::App* command = app.add_subcommand("top", "Rooms with the most members, and the totals; live at a terminal");
  command->add_option("--type", top->type, "Type of the rooms")->capture_default_str();
  command->add_option("--limit", top->limit, "How many")->check(CLI::Range(1, 10000))->capture_default_str();
  command->add_option("--every", top->every, "Time between two looks")->capture_default_str();
  command->add_flag("--once", top->once, "Print once and end, as without a terminal and with --json");
  command->footer(
      "At a terminal it goes on until Ctrl-C (130); while nobody answers it shows the last figures and since when.\n"
      "Examples:\n  imctl top --type live --limit 20\n  imctl top --once");
  command->callback([&globals, top] { globals.run = [&globals, top] { return run_top(globals, *top); }; });
}

}  // namespace im::imctl
