#include <iostream>
#include <memory>

#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "tools/imctl/api.hpp"
#include "tools/imctl/commands.hpp"
#include "tools/imctl/output.hpp"
#include "tools/imctl/store/store_check.hpp"
#include "tools/imctl/store/store_copy.hpp"

namespace im::imctl {

namespace {

namespace json = boost::json;

struct StoreArguments {
  std::string dsn, file;
};

sql::Database database_of(const StoreArguments& arguments) {
  auto database = sql::parse_database(arguments.dsn);
  if (!database.ok()) throw UsageError("--dsn: " + database.error().message);
  return std::move(database).value();
}

int run_check(const Globals& globals, const StoreArguments& arguments) {
  const sql::Database database = database_of(arguments);
  auto db = sql::Connection::open(database, sql::Access::kRead);
  if (!db.ok()) throw Failure(db.error().message);
  const auto report = check_store(*db.value());
  if (!report.ok()) throw Failure(report.error().message);
  const StoreReport& found = report.value();
  if (globals.json) {
    json::array problems(found.problems.begin(), found.problems.end());
    std::cout << json::serialize(json::object{{"conversations", found.conversations},
                                              {"messages", found.messages},
                                              {"epoch", found.epoch},
                                              {"problems", std::move(problems)}})
              << "\n";
  } else {
    std::cout << table({{"conversations", std::to_string(found.conversations)},
                        {"messages", std::to_string(found.messages)},
                        {"epoch", found.epoch}});
    for (const std::string& problem : found.problems) std::cout << printable(problem) << "\n";
    if (found.problems.empty()) std::cout << "nothing is wrong\n";
  }
  return found.problems.empty() ? kOk : kNotMet;
}

int run_backup(const Globals& globals, const StoreArguments& arguments) {
  const auto done = backup_store(database_of(arguments), arguments.file);
  if (!done.ok()) throw Failure(done.error().message);
  if (globals.json) {
    std::cout << json::serialize(json::object{{"ok", true}, {"file", arguments.file}}) << "\n";
  } else {
    std::cout << "the store as it is now is in " << printable(arguments.file) << "\n";
  }
  return 0;
}

int run_restore(const Globals& globals, const StoreArguments& arguments) {
  const auto epoch = restore_store(database_of(arguments), arguments.file);
  if (!epoch.ok()) throw Failure(epoch.error().message);
  if (globals.json) {
    std::cout << json::serialize(json::object{{"ok", true}, {"epoch", epoch.value()}}) << "\n";
  } else {
    std::cout << "restored; its epoch is " << epoch.value() << ", so clients read everything anew\n";
  }
  return 0;
}

CLI::App* store_command(CLI::App& store, Globals& globals, const char* name, const char* doc,
                        const std::shared_ptr<StoreArguments>& given,
                        int (*run)(const Globals&, const StoreArguments&)) {
  CLI::App* sub = store.add_subcommand(name, doc);
  sub->add_option("--dsn", given->dsn, "The store, as store.dsn of logic")->required()->envname("IM_STORE_DSN");
  sub->callback([&globals, given, run] { globals.run = [&globals, given, run] { return run(globals, *given); }; });
  return sub;
}

}  // namespace

void add_store(CLI::App& app, Globals& globals) {
  CLI::App* store = app.add_subcommand("store", "Look after chat's database: check, backup, restore");
  store->require_subcommand(1);
  store->footer("Example:\n  imctl store check --dsn sqlite:/var/lib/im/im.db");
  store_command(*store, globals, "check", "Whether what is kept is sound; logic may be at work",
                std::make_shared<StoreArguments>(), run_check)
      ->footer("Ends with 5 when something is wrong.\nExample:\n  imctl store check --dsn sqlite:/var/lib/im/im.db");
  const auto saved = std::make_shared<StoreArguments>();
  CLI::App* backup =
      store_command(*store, globals, "backup", "A copy as of one moment; logic may be at work", saved, run_backup);
  backup->add_option("file", saved->file, "FILE, not there yet")->required()->type_name("");
  backup->footer(
      "SQLite: a database file. MySQL, MariaDB: SQL text, made by mariadb-dump.\n"
      "Example:\n  imctl store backup --dsn sqlite:/var/lib/im/im.db /backup/im-monday.db");
  const auto taken = std::make_shared<StoreArguments>();
  CLI::App* restore = store_command(*store, globals, "restore",
                                    "Put a copy in the store's place; stop all logics first", taken, run_restore);
  restore->add_option("file", taken->file, "FILE that backup made")->required()->type_name("");
  restore->footer(
      "The restored store has a new epoch: clients notice it and read everything anew.\n"
      "Example:\n  imctl store restore --dsn sqlite:/var/lib/im/im.db /backup/im-monday.db");
}

}  // namespace im::imctl
