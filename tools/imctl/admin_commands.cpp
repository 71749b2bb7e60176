#include <algorithm>
#include <chrono>
#include <cstdint>
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

/// Logics ask again every second.
constexpr std::chrono::milliseconds kFresh{5000};

json::array list_in(const json::value& object, const char* name) {
  const json::value* list = object.get_object().if_contains(name);
  return list != nullptr && list->is_array() ? list->get_array() : json::array();
}

json::object object_in(const json::value& object, const char* name) {
  const json::value* value = object.get_object().if_contains(name);
  return value != nullptr && value->is_object() ? value->get_object() : json::object();
}

std::string state_of(const json::value& node) {
  for (const char* mark : {"draining", "offline", "restoring"}) {
    if (cell(node, mark) == "true") return mark;
  }
  return "ok";
}

/// How long ago the router told this logic of its nodes; a list that grows old says that no router answers.
std::string age_text(const json::value& answer) {
  const json::value* age = answer.get_object().if_contains("age_ms");
  const std::int64_t ms = age != nullptr && age->is_int64() ? age->get_int64() : -1;
  if (ms < 0) return "no router has told this list yet";
  const std::string text = std::to_string(ms / 1000) + "." + std::to_string(ms % 1000 / 100) + " s old";
  return "this list is " + text + (ms < kFresh.count() ? "" : ": no router answers");
}

std::string nodes_text(const json::value& answer) {
  std::vector<Row> rows{
      {"KIND", "NAME", "ADDRESS", "OPS", "EPOCH", "LEASE MS", "CONNECTIONS", "IPS", "WEIGHT", "STATE"}};
  for (const json::value& node : list_in(answer, "nodes")) {
    rows.push_back({cell(node, "kind"), cell(node, "name"), cell(node, "grpc_address"), cell(node, "ops_address"),
                    cell(node, "epoch"), cell(node, "lease_left_ms"), cell(node, "connections"), cell(node, "ips"),
                    cell(node, "weight"), state_of(node)});
  }
  return table(rows) + age_text(answer) + "\n";
}

std::string comet_text(const json::value& comet) {
  const std::string name = cell(comet, "name");
  return name.empty() ? "number " + cell(comet, "number") : name;
}

std::string sessions_text(const json::value& answer) {
  std::vector<Row> rows{{"UID", "KEY", "COMET", "EPOCH", "PLATFORM", "IP", "ROOM AT LOGIN", "CONNECTION"}};
  for (const json::value& session : list_in(answer, "sessions")) {
    const json::value connection = object_in(session, "connection");
    rows.push_back(
        {cell(session, "uid"), cell(session, "key"), comet_text(object_in(session, "comet")), cell(session, "epoch"),
         cell(session, "platform"), cell(session, "client_ip"), cell(session, "room_at_login"),
         cell(connection, "worker") + "/" + cell(connection, "place") + "/" + cell(connection, "generation")});
  }
  return table(rows);
}

std::string room_text(const json::value& answer) {
  std::string comets;
  for (const json::value& comet : list_in(answer, "comets")) comets += (comets.empty() ? "" : ", ") + comet_text(comet);
  std::string text = "room " + printable(cell(answer, "room")) + ": " + printable(cell(answer, "count")) +
                     " members, on " + (comets.empty() ? "no comet" : printable(comets)) + "\n";
  if (cell(answer, "complete") == "false") text += "the router was started anew and may not know all comets yet\n";
  return text;
}

std::string overview_text(const json::value& answer) {
  std::vector<Row> rows;
  for (const char* name : {"connections", "ips", "sessions", "users", "rooms"})
    rows.push_back({name, cell(answer, name)});
  const json::object nodes = object_in(answer, "nodes");
  for (const auto& [kind, count] : nodes) rows.push_back({"nodes: " + std::string(kind), json::serialize(count)});
  const json::object pushes = object_in(answer, "pushes");
  for (const auto& [name, count] : pushes) rows.push_back({"pushes: " + std::string(name), json::serialize(count)});
  return table(rows);
}

int show(const Globals& globals, const std::string& target, std::string (*text)(const json::value&)) {
  const json::value answer = call_admin(globals.admin, target);
  std::cout << (globals.json ? json::serialize(answer) + "\n" : text(answer));
  return 0;
}

bool is_number(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

void add_session(CLI::App& app, Globals& globals) {
  auto who = std::make_shared<std::string>();
  auto is_key = std::make_shared<bool>(false);
  CLI::App* command = app.add_subcommand("session", "Where a user or a device is connected");
  command->add_option("who", *who, "UID (digits) or KEY")->required()->type_name("");
  command->add_flag("--key", *is_key, "Digits are a key, too");
  command->footer("Ends with 1 when there is no live session.\nExamples:\n  imctl session 7\n  imctl session phone-1");
  command->callback([&globals, who, is_key] {
    const std::string parameter = is_number(*who) && !*is_key ? "uid=" : "key=";
    const std::string target = "/admin/v1/session?" + parameter + client::percent_encode(*who);
    globals.run = [&globals, target] { return show(globals, target, sessions_text); };
  });
}

void add_room(CLI::App& app, Globals& globals) {
  auto room = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("room", "How many are in a room, and on which comets");
  command->add_option("room", *room, "TYPE://ID")->required()->type_name("");
  command->footer("Example:\n  imctl room live://1");
  command->callback([&globals, room] {
    const std::string target = "/admin/v1/room?id=" + client::percent_encode(*room);
    globals.run = [&globals, target] { return show(globals, target, room_text); };
  });
}

}  // namespace

void add_admin(CLI::App& app, Globals& globals) {
  CLI::App* overview = app.add_subcommand("overview", "Totals of the cluster, and the push counters of one logic");
  overview->footer("Example:\n  imctl overview --json");
  overview->callback(
      [&globals] { globals.run = [&globals] { return show(globals, "/admin/v1/overview", overview_text); }; });
  CLI::App* nodes = app.add_subcommand("nodes", "Comets, logics, routers and jobs with a live lease");
  nodes->footer("Example:\n  imctl nodes --admin http://127.0.0.1:3112");
  nodes->callback([&globals] { globals.run = [&globals] { return show(globals, "/admin/v1/nodes", nodes_text); }; });
  add_session(app, globals);
  add_room(app, globals);
}

}  // namespace im::imctl
