// imctl admin: the file of those who may use the admin page. A running logic follows the file.
#include <algorithm>
#include <array>
#include <iostream>
#include <memory>
#include <openssl/rand.h>

#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "common/base/base64.hpp"
#include "common/keys/admin_file.hpp"
#include "common/keys/password_hash.hpp"
#include "tools/imctl/api.hpp"
#include "tools/imctl/commands.hpp"
#include "tools/imctl/output.hpp"

namespace im::imctl {

namespace {

namespace json = boost::json;

constexpr std::size_t kShortest = 8, kLongest = 256;  ///< bytes of a password

struct AdminArguments {
  std::string file, login, role = "viewer";
  bool from_stdin = false;
};

std::vector<AdminUser> users_in(const std::string& file, bool may_be_missing) {
  auto users = read_admin_users(file);
  if (users.ok()) return std::move(users).value();
  if (may_be_missing && users.error().code == Error::Code::kNotFound) return {};
  throw Failure(users.error().message);
}

void save(const std::string& file, const std::vector<AdminUser>& users) {
  const Status status = write_admin_users(file, users);
  if (!status.ok()) throw Failure(status.error().message);
}

std::string new_password() {
  std::array<unsigned char, 18> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) throw Failure("no random bytes from the system");
  return to_base64url({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

std::string password_of(const AdminArguments& arguments) {
  if (!arguments.from_stdin) return new_password();
  std::string password;
  std::getline(std::cin, password);
  if (password.size() < kShortest || password.size() > kLongest) throw Failure("a password has 8 to 256 bytes");
  return password;
}

int add(const Globals& globals, const AdminArguments& arguments) {
  if (!valid_admin_login(arguments.login)) throw Failure("a login has 1 to 64 of a-z, 0-9, \".\", \"_\", \"-\", \"@\"");
  auto users = users_in(arguments.file, true);
  std::erase_if(users, [&](const AdminUser& user) { return user.login == arguments.login; });
  const std::string password = password_of(arguments);
  const auto hash = PasswordHash({}).make(password);
  if (!hash.ok()) throw Failure(hash.error().message);
  users.push_back({arguments.login, *read_admin_role(arguments.role), hash.value()});
  save(arguments.file, users);
  if (globals.json) {
    json::object out{{"login", arguments.login}, {"role", arguments.role}};
    if (!arguments.from_stdin) out["password"] = password;
    std::cout << json::serialize(out) << "\n";
    return 0;
  }
  if (!arguments.from_stdin) std::cout << password << "\n";
  std::cerr << arguments.role << " " << arguments.login << " is in " << arguments.file << "\n";
  return 0;
}

int list(const Globals& globals, const AdminArguments& arguments) {
  json::array out;
  std::vector<Row> rows{{"LOGIN", "ROLE"}};
  for (const AdminUser& user : users_in(arguments.file, false)) {
    out.push_back(json::object{{"login", user.login}, {"role", name_of(user.role)}});
    rows.push_back({user.login, std::string(name_of(user.role))});
  }
  std::cout << (globals.json ? json::serialize(json::object{{"admins", std::move(out)}}) + "\n" : table(rows));
  return 0;
}

int remove(const Globals& globals, const AdminArguments& arguments) {
  auto users = users_in(arguments.file, false);
  const auto removed = std::erase_if(users, [&](const AdminUser& user) { return user.login == arguments.login; });
  if (removed == 0) throw Failure("there is no \"" + arguments.login + "\" in " + arguments.file);
  save(arguments.file, users);
  if (globals.json) {
    std::cout << json::serialize(json::object{{"removed", arguments.login}}) << "\n";
  } else {
    std::cout << "removed " << arguments.login << "; logics follow within a second\n";
  }
  return 0;
}

using RunAdmin = int (*)(const Globals&, const AdminArguments&);

CLI::App* verb(CLI::App& parent, Globals& globals, const std::pair<const char*, const char*>& name_and_doc,
               const std::shared_ptr<AdminArguments>& arguments, RunAdmin run) {
  CLI::App* app = parent.add_subcommand(name_and_doc.first, name_and_doc.second);
  app->add_option("--file", arguments->file, "The file that logic reads (admin.users_file)")
      ->envname("IM_ADMINS_FILE")
      ->required();
  app->callback(
      [&globals, arguments, run] { globals.run = [&globals, arguments, run] { return run(globals, *arguments); }; });
  return app;
}

}  // namespace

void add_admin_file(CLI::App& app, Globals& globals) {
  CLI::App* parent = app.add_subcommand("admin", "Who may use the admin page (docs/admin.md)");
  parent->require_subcommand(1);
  parent->footer(
      "Examples:\n"
      "  imctl admin add ann --role admin --file admins.json\n"
      "  imctl admin list --file admins.json\n"
      "  imctl admin remove ann --file admins.json");
  const auto added = std::make_shared<AdminArguments>();
  CLI::App* add_app =
      verb(*parent, globals, {"add", "Add somebody, or give a new password and role; prints the password, once"}, added,
           add);
  add_app->add_option("login", added->login, "Who")->required()->type_name("");
  add_app->add_option("--role", added->role, "viewer, operator or admin")
      ->check(CLI::IsMember({"viewer", "operator", "admin"}))
      ->capture_default_str();
  add_app->add_flag("--password-stdin", added->from_stdin, "Read the password from standard input; else one is made");
  const auto listed = std::make_shared<AdminArguments>();
  verb(*parent, globals, {"list", "Logins and roles"}, listed, list);
  const auto removed = std::make_shared<AdminArguments>();
  CLI::App* remove_app = verb(*parent, globals, {"remove", "Somebody may not any more, from now on"}, removed, remove);
  remove_app->add_option("login", removed->login, "Who")->required()->type_name("");
}

}  // namespace im::imctl
