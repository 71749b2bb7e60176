#pragma once

#include <string>

#include "common/base/result.hpp"

namespace im::sql {

/// What kind of failure a database told, over both engines.
enum class Failure {
  kNone,
  kBusy,        ///< a lock was not to be had in time
  kDeadlock,    ///< the transaction was rolled back in favour of another; repeat it as a whole
  kFull,        ///< the disk, or the limit that somebody set
  kReadOnly,    ///< the file or the server takes no writes
  kGone,        ///< the connection or the file is not usable any more; open a new one
  kConstraint,  ///< a unique, foreign or check constraint
  kValue,       ///< too long, or no text of the column's alphabet
  kOther,       ///< a bug of ours: wrong SQL, wrong use
};

/// What callers see: kOverloaded (busy, deadlock), kUnavailable (full, read-only, gone), kConflict, kInvalid,
/// kInternal. The text begins with a stable phrase ("the database is full: …"). kConflict and kInvalid are shown to
/// clients: no detail.
Error error_of(Failure failure, const std::string& detail);

/// Made of kFull, whatever was written before its text.
bool is_full(const Error& error);

}  // namespace im::sql
