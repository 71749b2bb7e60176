#pragma once

#include <chrono>
#include <cstdint>

#include "common/sql/connection.hpp"
#include "logic/media/blob_store.hpp"
#include "logic/media/incoming_folder.hpp"

namespace im::logic::media {

/// On a full disk no row can say that bytes go. What is over loses its bytes without that, and its row goes when there
/// is room (decisions 104, 108). Writes no row; blocking, any thread, and any number of logics.
class RoomMaker {
 public:
  /// Who names a medium, or keeps it for longer, looks at its time and commits later. Rows as they are read here do not
  /// show that yet; after so long it has committed or failed: longer than any wait for a lock or a commit.
  static constexpr std::chrono::milliseconds kUntilSettled{60'000};
  /// `blobs`: where finished bytes lie; taken away where they are on a disk of ours.
  RoomMaker(const IncomingFolder& incoming, BlobStore& blobs, std::int64_t unfinished_ms,
            std::chrono::milliseconds until_settled = kUntilSettled)
      : incoming_(incoming), blobs_(blobs), unfinished_ms_(unfinished_ms), until_settled_(until_settled) {}

  /// All that rows say is over, under each name that it has. How many files went. Where rows cannot be read nothing
  /// goes: who owns a file may still finish it.
  Result<int> make(sql::Connection& db) const;

 private:
  struct Times {
    std::int64_t now_ms = 0;
    std::int64_t settled_ms = 0;  ///< what was over by then stays over
  };
  Result<int> take_away(sql::Connection& db, const std::string& id, Times times) const;
  int remove_all(const std::string& id) const;
  /// Also where there is no file.
  bool stands_still(const std::string& id, std::int64_t now_ms) const;

  const IncomingFolder& incoming_;
  BlobStore& blobs_;
  const std::int64_t unfinished_ms_;
  const std::chrono::milliseconds until_settled_;
};

}  // namespace im::logic::media
