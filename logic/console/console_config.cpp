#include "logic/console/console_config.hpp"

#include <stdexcept>

#include "common/base/cidr.hpp"

namespace im::logic {

namespace {

std::string fault_of(const AdminPageConfig& config) {
  if (!config.enabled) return "";
  if (config.users_file.empty()) return "admin.users_file: admin.enabled needs it; `imctl admin add` makes it";
  if (config.session < std::chrono::minutes(1) || config.session > std::chrono::hours(24))
    return "admin.session: must be 1m to 24h";
  if (config.lockout < std::chrono::seconds(1) || config.lockout > std::chrono::hours(24))
    return "admin.lockout: must be 1s to 24h";
  try {
    const CidrList networks(config.allow_from);
  } catch (const std::invalid_argument& error) {
    return std::string("admin.allow_from: ") + error.what();
  }
  return "";
}

}  // namespace

void describe(config::Options& options, AdminPageConfig& config) {
  options.section("admin", "The admin page (docs/admin.md): a port of its own, with logins.");
  options.add("enabled", config.enabled, "Serve it. Needs store.dsn and admin.users_file.");
  options.add("bind", config.bind, "Address of the admin page.");
  options.add("port", config.port, "Port of the admin page.");
  options.listens(config.bind, config.port);
  options.add("users_file", config.users_file,
              "Logins, roles and password hashes, as `imctl admin add` writes them. Logic follows the file.");
  options.add("allow_from", config.allow_from, "Networks that may connect; others get 403. Empty: nobody.");
  options.add("origins", config.origins,
              "Pages of other places that may use it (\"https://admin.example.com\"): the address of a proxy that ends "
              "TLS.");
  options.add("hosts", config.hosts,
              "Names of the page beside addresses and localhost, as browsers write them in Host; another name gets "
              "421.");
  options.add("session", config.session, "How long a login lasts. At most 24h.");
  options.add("tries", config.tries,
              "Wrong passwords for one login from one address until it is locked; four times as many lock the address, "
              "twenty times as many the login.",
              1);
  options.add("lockout", config.lockout, "How long a lock lasts, from the first of these tries.");
  options.check([&config] { return fault_of(config); });
}

}  // namespace im::logic
