#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/sql/connection.hpp"
#include "logic/chat/standing.hpp"
#include "logic/media/stored_bytes.hpp"

namespace im::logic::media {

enum class MediaState { kComing = 1, kReady = 2, kGoing = 3 };

/// A row of the table media (logic/store/migrations).
struct MediaRow {
  std::string id;
  Uid owner;
  chat::ConvId conv;
  MediaState state = MediaState::kComing;
  std::string kind;  ///< "image", "voice", "video" or "file": what the bytes are
  std::string name, claimed, mime, sha256;
  std::int64_t size = 0, stored = 0;  ///< of the upload; what its names count for (counted_bytes), once it is made
  std::string facts;                  ///< JSON object for readers: width, height, …
  std::int64_t drop_ms = 0;
};

inline Finished finished(const MediaRow& row) { return {row.id, row.kind, row.size, row.facts}; }

/// What a user has and does, for the quotas.
struct MediaUse {
  std::int64_t coming = 0, bytes = 0, today = 0;
};

/// So many bytes a user may have. What only messages of others name is left out of theirs, which takes as long as there
/// are media of that user, so it is asked only where it matters, and before a transaction that writes.
struct UserRoom {
  std::int64_t bytes = 0;
  std::optional<std::int64_t> left_out;  ///< nothing: the user had no more than `bytes`
};

/// The statements about media. Blocking, on whatever connection they are given.
namespace media_table {

Result<std::optional<MediaRow>> find(sql::Connection& db, const std::string& id);
/// The newest of this owner with these bytes, coming or there and not over.
struct SameAsk {
  Uid owner;
  std::string sha256;
  std::int64_t size = 0;
};
Result<std::optional<MediaRow>> find_same(sql::Connection& db, const SameAsk& ask, std::int64_t now_ms);
/// Until the transaction ends no other one, of whatever logic, begins an upload of this owner: what is counted stays
/// so. False: the owner is erased and begins nothing.
Result<bool> lock_owner(sql::Connection& db, Uid owner);
/// From the first step of an erasure on, in which the account closes.
Result<bool> is_erased(sql::Connection& db, Uid uid);
/// On a reader. What is left out may be another number a moment later: whoever then names a medium that others keep may
/// do so at any time, also above the quota.
Result<UserRoom> look_at_room(sql::Connection& db, Uid owner, std::int64_t room);
/// `room`: as a look found it. What is left out is asked here only where it did not matter then and does now: another
/// upload of this user began in between.
Result<MediaUse> use_of(sql::Connection& db, Uid owner, std::int64_t day, const UserRoom& room);
/// The bytes of an owner (third argument) that are left out; of a file at least the first two. Here for the test of the
/// way that a database takes through it.
extern const sql::Query kLeftOut;
Status add(sql::Connection& db, const MediaRow& row, std::int64_t now_ms);
/// Bytes of this id may be in the store and could not be taken away: kGoing, unless there is a row.
Status owe_removal(sql::Connection& db, const MediaRow& row, std::int64_t now_ms);
Status count_day(sql::Connection& db, Uid owner, std::int64_t day, std::int64_t bytes);
/// Of one that is kComing, or kReady and had lost its bytes; false: it is gone, or its time was over meanwhile and no
/// message names it: a recalled one does not come back.
Result<bool> make_ready(sql::Connection& db, const MediaRow& row, std::int64_t now_ms);
/// Of one that is kComing: so many bytes were made of it, which were too many.
Status note_made(sql::Connection& db, const std::string& id, std::int64_t bytes);
/// The name of messages that say none.
Status rename(sql::Connection& db, const std::string& id, const std::string& name);
Status keep_until(sql::Connection& db, const std::string& id, std::int64_t drop_ms);
/// Those of this state that nothing keeps any longer, oldest first.
Result<std::vector<std::string>> due(sql::Connection& db, MediaState state, std::int64_t now_ms, int limit);
/// Not before then, if it is kComing (no byte for so long) or kGoing (another try): the others get their turn.
Status put_off(sql::Connection& db, const std::string& id, std::int64_t drop_ms);
/// kComing or kReady and still due → kGoing; false: not any more. Bytes are removed only after this was committed.
Result<bool> let_go(sql::Connection& db, const std::string& id, std::int64_t now_ms);
Status forget(sql::Connection& db, const std::string& id);
/// Those that are kGoing, or that nothing keeps any longer, behind this id and in the order of ids.
Result<std::vector<std::string>> over(sql::Connection& db, const std::string& behind, std::int64_t now_ms, int limit);
/// Nothing: it is none of those.
Result<std::optional<MediaState>> state_when_over(sql::Connection& db, const std::string& id, std::int64_t now_ms);
/// All of this owner, whatever names them → kGoing; and the days of their quota. Their ids.
Result<std::vector<std::string>> let_go_of(sql::Connection& db, Uid owner);

/// A row, and how many messages name it by the messages.
struct CountedRow {
  Finished medium;
  MediaState state = MediaState::kComing;
  std::int64_t refs = 0, named = 0;  ///< named: -1 where one of those messages is gone
  Uid owner;
};
/// There are at least so many whose ids begin so.
Result<bool> has_so_many(sql::Connection& db, const std::string& begin, std::size_t count);
/// Those whose ids begin so.
Result<std::vector<CountedRow>> counted(sql::Connection& db, const std::string& begin);
/// Names of messages that are gone or recalled go; refs is counted anew. False: all of it was right.
Result<bool> recount(sql::Connection& db, const std::string& id);

}  // namespace media_table
}  // namespace im::logic::media
