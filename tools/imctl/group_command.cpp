// Groups as operators look at them and change them: over the ops server of a logic.
#include <iostream>
#include <memory>

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

struct GroupArguments {
  std::int64_t conv = 0, uid = 0, after = 0, limit = 200;
  std::string text, time;
  bool off = false, yes = false;
};
using RunGroup = int (*)(const Globals&, const GroupArguments&);

std::string number(const char* name, std::int64_t value) { return std::string(name) + "=" + std::to_string(value); }
std::string at_group(const GroupArguments& a) { return number("conv", a.conv); }

json::array items_of(const json::value& object, const char* name) {
  const json::value* list = object.get_object().if_contains(name);
  return list != nullptr && list->is_array() ? list->get_array() : json::array();
}

int show(const Globals& globals, const json::value& answer, const std::string& text) {
  std::cout << (globals.json ? json::serialize(answer) + "\n" : text);
  return 0;
}

std::string group_state(const json::value& group) {
  if (cell(group, "dissolved") == "true") return "dissolved";
  return cell(group, "muted_all") == "true" ? "muted" : "ok";
}

int run_list(const Globals& globals, const GroupArguments& a) {
  const json::value answer =
      call_admin(globals.admin, "/admin/v1/groups?" + number("after", a.after) + "&" + number("limit", a.limit) +
                                    "&q=" + client::percent_encode(a.text));
  std::vector<Row> rows{{"CONV", "NAME", "OWNER", "MEMBERS", "LAST SEQ", "STATE"}};
  for (const json::value& group : items_of(answer, "groups"))
    rows.push_back({cell(group, "conv_id"), cell(group, "name"), cell(group, "owner"), cell(group, "members"),
                    cell(group, "last_seq"), group_state(group)});
  const bool more = cell(answer, "has_more") == "true";
  return show(globals, answer, table(rows) + (more ? "there may be more: --after " + rows.back().front() + "\n" : ""));
}

int run_show(const Globals& globals, const GroupArguments& a) {
  const json::value answer = call_admin(globals.admin, "/admin/v1/group?" + at_group(a));
  std::vector<Row> rows;
  for (const char* name : {"conv_id", "name", "avatar", "announcement", "owner", "join", "members"})
    rows.push_back({name, cell(answer, name)});
  rows.push_back({"state", group_state(answer)});
  return show(globals, answer, table(rows));
}

int run_members(const Globals& globals, const GroupArguments& a) {
  const json::value answer =
      call_admin(globals.admin, "/admin/v1/group/members?" + at_group(a) + "&" + number("after", a.after));
  std::vector<Row> rows{{"UID", "NAME", "ROLE", "MUTED UNTIL MS"}};
  for (const json::value& member : items_of(answer, "members"))
    rows.push_back({cell(member, "uid"), cell(member, "name"), cell(member, "role"), cell(member, "muted_until")});
  const bool more = cell(answer, "has_more") == "true";
  return show(globals, answer, table(rows) + (more ? "there may be more: --after " + rows.back().front() + "\n" : ""));
}

int change(const Globals& globals, const std::string& target) {
  const json::value answer = call_admin(globals.admin, "/admin/v1/group/" + target, "POST");
  const std::string seq = cell(answer, "seq");
  return show(globals, answer, seq.empty() ? "it was so already\n" : "done; members read it as row " + seq + "\n");
}

int run_rename(const Globals& globals, const GroupArguments& a) {
  return change(globals, "rename?" + at_group(a) + "&name=" + client::percent_encode(without_mark(a.text)));
}

int run_remove(const Globals& globals, const GroupArguments& a) {
  return change(globals, "remove?" + at_group(a) + "&" + number("uid", a.uid));
}

int run_dissolve(const Globals& globals, const GroupArguments& a) {
  if (!a.yes) throw UsageError("a dissolved group stays dissolved; say --yes");
  return change(globals, "dissolve?" + at_group(a));
}

int run_mute(const Globals& globals, const GroupArguments& a) {
  std::string target = "mute?" + at_group(a);
  if (a.uid > 0) target += "&" + number("uid", a.uid);
  if (a.off) return change(globals, target + "&for_s=0");
  if (a.time.empty()) return change(globals, target);
  if (a.uid <= 0) throw UsageError("--for: a whole group is muted until --off");
  const auto time = config::parse_duration(a.time);
  if (!time || time->count() < 1000)
    throw UsageError("--for: \"" + a.time + "\" is not a duration of 1s or more, for example 15m");
  return change(globals, target + "&" + number("for_s", (time->count() + 999) / 1000));
}

CLI::App* command(CLI::App& group, Globals& globals, const char* name, const char* doc,
                  const std::shared_ptr<GroupArguments>& given, RunGroup run) {
  CLI::App* sub = group.add_subcommand(name, doc);
  sub->callback([&globals, given, run] { globals.run = [&globals, given, run] { return run(globals, *given); }; });
  return sub;
}

void add_conv(CLI::App& sub, GroupArguments& given) {
  sub.add_option("conv", given.conv, "CONV")->required()->type_name("")->check(CLI::PositiveNumber);
}

void add_looks(CLI::App& group, Globals& globals) {
  const auto all = std::make_shared<GroupArguments>();
  CLI::App* list = command(group, globals, "list", "All groups, by number", all, run_list);
  list->add_option("--query", all->text, "Those with this in their name");
  list->add_option("--after", all->after, "Those after this number");
  list->add_option("--limit", all->limit, "How many")->check(CLI::Range(1, 200))->capture_default_str();
  list->footer("Example:\n  imctl group list --query team");
  const auto one = std::make_shared<GroupArguments>();
  CLI::App* shown = command(group, globals, "show", "What a group is", one, run_show);
  add_conv(*shown, *one);
  shown->footer("Example:\n  imctl group show 5");
  const auto of = std::make_shared<GroupArguments>();
  CLI::App* members = command(group, globals, "members", "Who is in a group", of, run_members);
  add_conv(*members, *of);
  members->add_option("--after", of->after, "Those after this UID");
  members->footer("Example:\n  imctl group members 5");
}

void add_changes(CLI::App& group, Globals& globals) {
  const auto named = std::make_shared<GroupArguments>();
  CLI::App* rename = command(group, globals, "rename", "Another name", named, run_rename);
  add_conv(*rename, *named);
  rename->add_option("name", named->text, "NAME")->required()->type_name("");
  rename->footer("Example:\n  imctl group rename 5 \"The team\"");
  const auto removed = std::make_shared<GroupArguments>();
  CLI::App* remove = command(group, globals, "remove", "Take a member out", removed, run_remove);
  add_conv(*remove, *removed);
  remove->add_option("uid", removed->uid, "UID")->required()->type_name("")->check(CLI::PositiveNumber);
  remove->footer("Not the owner, in whose place this is done.\nExample:\n  imctl group remove 5 7");
  const auto ended = std::make_shared<GroupArguments>();
  CLI::App* dissolve = command(group, globals, "dissolve", "End a group: it can be read and left", ended, run_dissolve);
  add_conv(*dissolve, *ended);
  dissolve->add_flag("--yes", ended->yes, "It cannot be undone");
  dissolve->footer("Example:\n  imctl group dissolve 5 --yes");
  const auto muted = std::make_shared<GroupArguments>();
  CLI::App* mute = command(group, globals, "mute", "A member, or all but admins, may not write", muted, run_mute);
  add_conv(*mute, *muted);
  mute->add_option("uid", muted->uid, "UID")->type_name("")->check(CLI::PositiveNumber);
  auto* time = mute->add_option("--for", muted->time, "For so long: 15m; without: until --off");
  mute->add_flag("--off", muted->off, "They may write again")->excludes(time);
  mute->footer("Examples:\n  imctl group mute 5\n  imctl group mute 5 7 --for 1h\n  imctl group mute 5 7 --off");
}

}  // namespace

void add_group(CLI::App& app, Globals& globals) {
  CLI::App* group = app.add_subcommand("group", "Look at groups and change them, in the place of their owners");
  group->require_subcommand(1);
  group->footer("Example:\n  imctl group list");
  add_looks(*group, globals);
  add_changes(*group, globals);
}

}  // namespace im::imctl
