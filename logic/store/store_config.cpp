#include "logic/store/store_config.hpp"

#include "common/sql/database.hpp"

namespace im::logic {

void describe(config::Options& options, StoreConfig& config) {
  options.section("store", "Accounts and chat.");
  options.add("dsn", config.dsn,
              "\"sqlite:PATH\" (one logic), \"mysql://USER[:PASSWORD]@HOST[:PORT]/NAME\" or "
              "\"mysql://USER[:PASSWORD]@/NAME?socket=PATH\" (any number). Empty: no accounts and no chat.");
  options.add("lanes", config.lanes, "Threads that write, MySQL; SQLite has one.", 1);
  options.add("readers", config.readers, "Most connections that read.", 1);
  options.add("keep_p2p_days", config.keep_p2p_days,
              "Days for which rows of conversations of two are kept; 0: for good (docs/store.md).");
  options.add("keep_group_days", config.keep_group_days, "The same of groups.");
  options.add("keep_room_days", config.keep_room_days, "The same of rooms, the old page's lobby among them.");
  options.add("room_above", config.room_above,
              "Groups with more members go once to each comet, through a room, instead of session by session.", 1);
  options.check([&config]() -> std::string {
    if (config.dsn.empty()) return "";
    const auto database = sql::parse_database(config.dsn);
    return database.ok() ? "" : "store.dsn: " + database.error().message;
  });
}

}  // namespace im::logic
