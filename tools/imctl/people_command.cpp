#include <charconv>
#include <iostream>
#include <memory>

#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "common/sql/connection.hpp"
#include "tools/imctl/api.hpp"
#include "tools/imctl/commands.hpp"
#include "tools/imctl/output.hpp"

namespace im::imctl {

namespace {

namespace json = boost::json;

/// What an operator asks of the store: a question with its columns, read only.
struct Question {
  std::string_view text;
  std::vector<const char*> columns;
  Words kinds{};  ///< what "kind" says
};

struct PeopleArguments {
  std::string dsn, who;
  std::int64_t number = 0, before = 0, limit = 50;
  bool yes = false;
};

const Question kUsers{
    "SELECT uid, COALESCE(login, external_id), name, created_ms, last_seen_ms FROM users "
    "WHERE login = ? OR name = ? OR uid = ? ORDER BY uid LIMIT 100",
    {"uid", "login", "name", "created_ms", "last_seen_ms"}};
const Question kDevices{
    "SELECT device, platform, created_ms, last_seen_ms FROM devices WHERE uid = ? ORDER BY created_ms",
    {"device", "label", "created_ms", "last_seen_ms"}};
const Question kConversations{
    "SELECT m.conv_id, c.kind, g.name, c.last_seq, m.read_seq, m.role FROM members m JOIN conversations c ON "
    "c.conv_id = m.conv_id LEFT JOIN group_info g ON g.conv_id = m.conv_id WHERE m.uid = ? ORDER BY c.last_ts DESC "
    "LIMIT 200",
    {"conv_id", "kind", "name", "last_seq", "read_seq", "role"},
    {"user", "group", "room"}};
const Question kMembers{
    "SELECT m.uid, u.name, m.role, m.read_seq, m.joined_ms FROM members m JOIN users u ON u.uid = m.uid "
    "WHERE m.conv_id = ? ORDER BY m.role DESC, m.uid LIMIT 1000",
    {"uid", "name", "role", "read_seq", "joined_ms"}};
const Question kHistory{
    "SELECT seq, kind, type, sender, ts, ref_seq, body FROM messages WHERE conv_id = ? AND seq < ? "
    "ORDER BY seq DESC LIMIT ?",
    {"seq", "kind", "type", "sender", "ts", "ref_seq", "body"},
    {"message", "edit", "recall", "reaction", "pin"}};

const Question kCalls{
    "SELECT c.call_id, c.kind, c.caller, c.outcome, c.reason, c.started_ms, c.talk_ms FROM calls c WHERE "
    "c.call_id IN (SELECT call_id FROM call_parties WHERE uid = ?) ORDER BY c.started_ms DESC LIMIT ?",
    {"call_id", "kind", "caller", "outcome", "reason", "started_ms", "talk_ms"},
    {"audio", "video", "screen"}};
const Question kParties{
    "SELECT party, uid, device, comet, joined_ms, left_ms, setup_ms, path, restarts, worst_loss, reason FROM "
    "call_parties WHERE call_id = ? ORDER BY party",
    {"party", "uid", "device", "comet", "joined_ms", "left_ms", "setup_ms", "path", "restarts", "worst_loss",
     "reason"}};

/// "created_ms" becomes CREATED: in a table it is a time for people.
std::string heading(std::string text) {
  if (text.ends_with("_ms")) text.resize(text.size() - 3);
  for (char& c : text) c = c == '_' ? ' ' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return text;
}

/// As a table shows it; --json has what the store has.
std::string shown(const Question& question, const std::string& column, const std::string& value) {
  const bool lasts = column == "talk_ms" || column == "setup_ms";
  if (column == "ts" || (column.ends_with("_ms") && !lasts)) return time_text(value);
  return column == "kind" ? word_of(question.kinds, value) : value;
}

sql::Rows ask(const PeopleArguments& arguments, const Question& question, const sql::Values& values) {
  const auto database = sql::parse_database(arguments.dsn);
  if (!database.ok()) throw UsageError("--dsn: " + database.error().message);
  const auto db = sql::Connection::open(database.value(), sql::Access::kRead);
  if (!db.ok()) throw Failure(db.error().message);
  auto rows = db.value()->select({question.text, question.columns.size()}, values);
  if (!rows.ok()) throw Failure(rows.error().message);
  return std::move(rows).value();
}

int answer_question(const Globals& globals, const PeopleArguments& arguments, const Question& question,
                    const sql::Values& values) {
  const sql::Rows found = ask(arguments, question, values);
  std::vector<Row> rows(1);
  for (const char* column : question.columns) rows[0].push_back(heading(column));
  json::array list;
  for (const sql::Row& row : found) {
    Row cells;
    json::object object;
    for (std::size_t i = 0; i < question.columns.size(); ++i) {
      cells.push_back(shown(question, question.columns[i], row.text(i)));
      object[question.columns[i]] = row.text(i);
    }
    rows.push_back(std::move(cells));
    list.push_back(std::move(object));
  }
  std::cout << (globals.json ? json::serialize(list) + "\n" : table(rows));
  return found.empty() ? 1 : 0;
}

std::int64_t uid_of(const std::string& who) {
  return who.find_first_not_of("0123456789") == std::string::npos && who.size() < 18 ? std::stoll(who) : 0;
}

/// Where a number is taken, and somebody gives a name.
CLI::Validator number_of(const char* what, const char* instead) {
  return {[what, instead](const std::string& given) {
            std::int64_t number = 0;
            const auto [end, error] = std::from_chars(given.data(), given.data() + given.size(), number);
            const bool good = error == std::errc() && end == given.data() + given.size() && number > 0;
            return good ? std::string() : "\"" + given + "\" is no " + what + ", which is a number; " + instead;
          },
          ""};
}
constexpr const char* kUidOf = "`imctl user NAME` shows that of a user";
constexpr const char* kConvOf = "`imctl conv --uid UID` shows those of a user";

constexpr const char* kNoStore =
    "which store? --dsn or IM_STORE_DSN, as store.dsn of logic: sqlite:/var/lib/im/im.db, or what ./im demo prints";

CLI::App* people_command(CLI::App& app, const char* name, const char* doc,
                         const std::shared_ptr<PeopleArguments>& given, std::function<int(const PeopleArguments&)> run,
                         Globals& globals) {
  CLI::App* sub = app.add_subcommand(name, doc);
  sub->add_option("--dsn", given->dsn, "The store, as store.dsn of logic; it is only read")->envname("IM_STORE_DSN");
  sub->callback([&globals, sub, given, run = std::move(run)] {
    if (!sub->get_subcommands().empty()) return;  // that one runs
    globals.run = [given, run] {
      if (given->dsn.empty()) throw UsageError(kNoStore);
      return run(*given);
    };
  });
  return sub;
}

/// Call after call: a logic does a part of it in each.
int run_erase(const Globals& globals, const PeopleArguments& arguments) {
  if (!arguments.yes) throw UsageError("an erased user cannot be brought back; say --yes");
  std::int64_t messages = 0, groups = 0;
  for (bool done = false; !done;) {
    const json::value answer =
        call_admin(globals.admin, "/admin/v1/user/erase?uid=" + std::to_string(arguments.number), "POST");
    messages += answer.at("messages").as_int64();
    groups += answer.at("groups").to_number<std::int64_t>();
    done = answer.at("done").as_bool();
  }
  if (globals.json) {
    std::cout << json::serialize(json::object{
                     {"uid", arguments.number}, {"messages", messages}, {"groups", groups}, {"done", true}})
              << "\n";
  } else {
    std::cout << "user " << arguments.number << " is erased: " << messages << " messages emptied, " << groups
              << " groups left\n";
  }
  return 0;
}

void add_erase(CLI::App& users, Globals& globals) {
  const auto whom = std::make_shared<PeopleArguments>();
  CLI::App* erase = users.add_subcommand("erase", "Take a user out of the cluster, for good");
  erase->add_option("uid", whom->number, "UID")->required()->type_name("")->check(number_of("UID", kUidOf));
  erase->add_flag("--yes", whom->yes, "It cannot be undone");
  erase->callback([&globals, whom] { globals.run = [&globals, whom] { return run_erase(globals, *whom); }; });
  erase->footer(
      "A logic does it (--admin). What goes and what stays: docs/store.md. When it was cut short, call it again.\n"
      "Example:\n  imctl user erase 7 --yes");
}

void add_users(CLI::App& app, Globals& globals) {
  const auto who = std::make_shared<PeopleArguments>();
  const auto user = [&globals](const PeopleArguments& a) {
    if (a.who.empty()) throw UsageError("who? UID, LOGIN or NAME");
    return answer_question(globals, a, kUsers, {a.who, a.who, uid_of(a.who)});
  };
  CLI::App* users = people_command(app, "user", "Users by number, login or name, from the store", who, user, globals);
  users->add_option("who", who->who, "UID, LOGIN or NAME")->type_name("");
  users->footer(
      "Ends with 1 when there is none.\n"
      "Examples:\n  imctl user --dsn sqlite:/var/lib/im/im.db ann\n  imctl user erase 7 --yes");
  add_erase(*users, globals);

  const auto of = std::make_shared<PeopleArguments>();
  const auto devices = [&globals](const PeopleArguments& a) {
    return answer_question(globals, a, kDevices, {a.number});
  };
  CLI::App* device = people_command(app, "devices", "The devices of a user, from the store", of, devices, globals);
  device->add_option("uid", of->number, "UID, a number; `imctl user NAME` shows it")
      ->required()
      ->type_name("")
      ->check(number_of("UID", kUidOf));
  device->footer("Example:\n  imctl devices --dsn sqlite:/var/lib/im/im.db 1");
}

void add_conversations(CLI::App& app, Globals& globals) {
  const auto whose = std::make_shared<PeopleArguments>();
  const auto conv = [&globals](const PeopleArguments& a) {
    return a.number > 0 ? answer_question(globals, a, kMembers, {a.number})
                        : answer_question(globals, a, kConversations, {a.before});
  };
  CLI::App* conversations =
      people_command(app, "conv", "Conversations of a user, or who is in one, from the store", whose, conv, globals);
  auto* number = conversations->add_option("conv", whose->number, "CONV: who is in it")
                     ->type_name("")
                     ->check(number_of("CONV", kConvOf));
  conversations->add_option("--uid", whose->before, "Those of this user")
      ->check(number_of("UID", kUidOf))
      ->excludes(number);
  conversations->footer(
      "Examples:\n  imctl conv --dsn sqlite:/var/lib/im/im.db --uid 1\n  imctl conv --dsn sqlite:/var/lib/im/im.db 5");

  const auto which = std::make_shared<PeopleArguments>();
  which->before = INT64_MAX;
  const auto rows = [&globals](const PeopleArguments& a) {
    return answer_question(globals, a, kHistory, {a.number, a.before, a.limit});
  };
  CLI::App* history =
      people_command(app, "history", "Rows of a conversation, newest first, from the store", which, rows, globals);
  history->add_option("conv", which->number, "CONV")->required()->type_name("")->check(number_of("CONV", kConvOf));
  history->add_option("--before", which->before, "Rows before this number");
  history->add_option("--limit", which->limit, "How many")->check(CLI::Range(1, 10000))->capture_default_str();
  history->footer("Example:\n  imctl history --dsn sqlite:/var/lib/im/im.db 5 --limit 20");
}

void add_calls(CLI::App& app, Globals& globals) {
  const auto which = std::make_shared<PeopleArguments>();
  const auto calls = [&globals](const PeopleArguments& a) {
    if (a.who.empty() && a.number == 0) throw UsageError("which? CALL, or --uid");
    return a.who.empty() ? answer_question(globals, a, kCalls, {a.number, a.limit})
                         : answer_question(globals, a, kParties, {a.who});
  };
  CLI::App* sub = people_command(app, "calls", "Calls of a user, newest first, or who was in one, from the store",
                                 which, calls, globals);
  auto* call = sub->add_option("call", which->who, "CALL: who was in it")->type_name("");
  sub->add_option("--uid", which->number, "Those of this user")->check(number_of("UID", kUidOf))->excludes(call);
  sub->add_option("--limit", which->limit, "How many")->check(CLI::Range(1, 10000))->capture_default_str();
  sub->footer(
      "Calls that have ended. TALK and SETUP are milliseconds, WORST LOSS per mille.\n"
      "Examples:\n  imctl calls --dsn sqlite:/var/lib/im/im.db --uid 1\n"
      "  imctl calls --dsn sqlite:/var/lib/im/im.db c0123456789abcdef");
}

}  // namespace

void add_people(CLI::App& app, Globals& globals) {
  add_users(app, globals);
  add_conversations(app, globals);
  add_calls(app, globals);
}

}  // namespace im::imctl
