#include <iostream>
#include <memory>

#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "common/client/address.hpp"
#include "tools/imctl/api.hpp"
#include "tools/imctl/commands.hpp"
#include "tools/imctl/output.hpp"

namespace im::imctl {

namespace {

namespace json = boost::json;

struct Top {
  std::string type = "live";
  int limit = 10;
};

int show_top(const Globals& globals, const Top& top) {
  const std::string prefix = top.type + "://";
  const json::value rooms =
      call_api(globals.api, "GET",
               "/goim/online/top?type=" + client::percent_encode(prefix) + "&limit=" + std::to_string(top.limit));
  const json::value total = call_api(globals.api, "GET", "/goim/online/total");
  if (globals.json) {
    std::cout << json::serialize(json::object{{"type", top.type}, {"rooms", rooms}, {"total", total}}) << "\n";
    return 0;
  }
  std::vector<Row> rows{{"ROOM", "MEMBERS"}};
  if (rooms.is_array()) {
    for (const json::value& room : rooms.get_array())
      rows.push_back({prefix + cell(room, "room_id"), cell(room, "count")});
  }
  std::cout << table(rows) << printable(cell(total, "conn_count")) << " connections from "
            << printable(cell(total, "ip_count")) << " addresses\n";
  return 0;
}

}  // namespace

void add_top(CLI::App& app, Globals& globals) {
  auto top = std::make_shared<Top>();
  CLI::App* command = app.add_subcommand("top", "Rooms with the most members, and the totals");
  command->add_option("--type", top->type, "Type of the rooms")->capture_default_str();
  command->add_option("--limit", top->limit, "How many")->check(CLI::Range(1, 10000))->capture_default_str();
  command->footer("Example:\n  imctl top --type live --limit 20");
  command->callback([&globals, top] { globals.run = [&globals, top] { return show_top(globals, *top); }; });
}

}  // namespace im::imctl
