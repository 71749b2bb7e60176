#include "logic/accounts/accounts_config.hpp"

namespace im::logic {

void describe(config::Options& options, AccountsConfig& config) {
  options.section("accounts", "Users of this cluster's own, with identity accounts (docs/accounts.md).");
  options.add("registration", config.registration, "Anybody may make an account; false: only operators do.");
  options.add("guests", config.guests, "Anybody may come with a name only.");
  options.add("access_lifetime", config.access_lifetime,
              "How long a token is accepted; the client gets the next one with its refresh token. At most 24h.");
  options.add("refresh_lifetime", config.refresh_lifetime,
              "How long a device may stay away before its user must log in again.");
  options.add("refresh_grace", config.refresh_grace,
              "A refresh token that was used may be used once more within this time, since its answer may have been "
              "lost; later it was stolen, and its device is closed.");
  options.add("max_devices", config.max_devices, "Most devices of one user; the one not seen for longest goes.", 1);
  options.add("password_memory", config.password_memory, "Memory of one Argon2id hash, at least 8KiB a lane.");
  options.add("password_passes", config.password_passes, "Passes over that memory.", 1);
  options.add("password_lanes", config.password_lanes, "Lanes of one hash.", 1);
  options.add("password_threads", config.password_threads, "Threads that hash passwords.", 1);
  options.add("password_waiting", config.password_waiting, "Most logins that wait for them; one more is answered 4429.",
              1);
  options.check([&config]() -> std::string {
    if (config.access_lifetime < std::chrono::minutes(1) || config.access_lifetime > std::chrono::hours(24))
      return "accounts.access_lifetime: must be 1m to 24h";
    if (config.refresh_lifetime < config.access_lifetime)
      return "accounts.refresh_lifetime: must be at least accounts.access_lifetime";
    if (config.password_memory.value < 8U * 1024 * static_cast<unsigned>(config.password_lanes) ||
        config.password_memory.value > (1ULL << 32))
      return "accounts.password_memory: must be 8KiB a lane to 4GiB";
    return "";
  });
}

}  // namespace im::logic
