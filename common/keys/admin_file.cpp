#include "common/keys/admin_file.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <set>
#include <sys/stat.h>

#include <boost/json/serialize.hpp>
#include <boost/json/value_to.hpp>

#include "common/base/secret_file.hpp"
#include "common/json/strict_json.hpp"

namespace im {

namespace {

namespace json = boost::json;

constexpr std::array<std::pair<AdminRole, std::string_view>, 3> kRoles{
    {{AdminRole::kViewer, "viewer"}, {AdminRole::kOperator, "operator"}, {AdminRole::kAdmin, "admin"}}};

std::string text_in(const json::object& entry, const char* name) {
  const json::value* value = entry.if_contains(name);
  return value != nullptr && value->is_string() ? json::value_to<std::string>(*value) : std::string();
}

/// What is wrong with an entry; "" = nothing.
std::string read_entry(const json::value& value, AdminUser& user) {
  const json::object* entry = value.if_object();
  if (entry == nullptr || entry->size() != 3) return "must have login, role and password, and nothing else";
  user.login = text_in(*entry, "login");
  if (!valid_admin_login(user.login)) return "login: 1 to 64 of a-z, 0-9, \".\", \"_\", \"-\", \"@\"";
  const auto role = read_admin_role(text_in(*entry, "role"));
  if (!role) return "role: viewer, operator or admin";
  user.role = *role;
  user.password = text_in(*entry, "password");
  if (!user.password.starts_with("$argon2id$")) return "password: is no Argon2id hash; `imctl admin add` makes one";
  return "";
}

}  // namespace

std::string_view name_of(AdminRole role) {
  for (const auto& [one, name] : kRoles)
    if (one == role) return name;
  return "unknown";
}

std::optional<AdminRole> read_admin_role(std::string_view name) {
  for (const auto& [role, its] : kRoles)
    if (its == name) return role;
  return std::nullopt;
}

bool valid_admin_login(std::string_view login) {
  return !login.empty() && login.size() <= 64 && std::all_of(login.begin(), login.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || std::string_view("._-@").find(c) != std::string::npos;
  });
}

Result<std::vector<AdminUser>> read_admin_users(const std::string& path) {
  struct stat status{};
  std::ifstream file(path, std::ios::binary);
  if (!file || ::stat(path.c_str(), &status) != 0)
    return Error{Error::Code::kNotFound, path + ": cannot be read; `imctl admin add` makes it"};
  const auto problem = [&path](const std::string& text) { return Error{Error::Code::kInvalid, path + ": " + text}; };
  if ((status.st_mode & (S_IROTH | S_IWOTH | S_IWGRP)) != 0)
    return problem("others may read or write it; chmod 600 or 640");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto parsed = parse_strict_json(text);
  if (!parsed.ok()) return problem(parsed.error().message);
  const json::object* root = parsed.value().if_object();
  const json::value* list = root == nullptr ? nullptr : root->if_contains("admins");
  if (list == nullptr || !list->is_array() || root->size() != 1)
    return problem("must be an object with one list \"admins\"");
  std::vector<AdminUser> users;
  std::set<std::string> logins;
  for (const json::value& item : list->get_array()) {
    const std::string place = "admins[" + std::to_string(users.size()) + "]: ";
    const std::string wrong = read_entry(item, users.emplace_back());
    if (!wrong.empty()) return problem(place + wrong);
    if (!logins.insert(users.back().login).second) return problem(place + "the login stands twice");
  }
  return users;
}

Status write_admin_users(const std::string& path, const std::vector<AdminUser>& users) {
  json::array list;
  for (const AdminUser& user : users)
    list.push_back(json::object{{"login", user.login}, {"role", name_of(user.role)}, {"password", user.password}});
  return write_secret_file(path, json::serialize(json::object{{"admins", std::move(list)}}) + "\n");
}

}  // namespace im
