#include "logic/media/first_room.hpp"

#include "common/base/blocking_pool.hpp"
#include "common/base/log.hpp"
#include "logic/media/folder_store.hpp"
#include "logic/media/room_maker.hpp"

namespace im::logic::media {

int make_first_room(const std::string& dsn, const std::string& folder, std::int64_t unfinished_ms) {
  const auto database = sql::parse_database(dsn);
  if (folder.empty() || !database) return 0;
  const auto incoming = IncomingFolder::make(folder + "/incoming");
  if (!incoming) return 0;
  BlockingPool pool({.threads = 1, .max_waiting = 1});
  FolderStore files(folder + "/files", pool);
  const auto db = sql::Connection::open(database.value(), sql::Access::kReadAlone);
  // Nobody else has the rows open: no commit is under way.
  const RoomMaker room(incoming.value(), files, unfinished_ms, std::chrono::milliseconds(0));
  const auto gone = db ? room.make(*db.value()) : Result<int>(db.error());
  const int count = gone ? gone.value() : 0;
  // Asked each second while the disk is full: a line only where something has gone.
  if (count > 0) log::warn("the store has no room, the bytes of what is over go first", {{"files", count}});
  return count;
}

}  // namespace im::logic::media
