#include "common/sql/failure_of.hpp"

#include <soci/mysql/soci-mysql.h>
#include <soci/sqlite3/soci-sqlite3.h>

namespace im::sql {

namespace {

Failure of_sqlite(int code) {
  switch (code & 0xff) {  // the rest is a refinement
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Failure::kBusy;
    case SQLITE_FULL:
      return Failure::kFull;
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return Failure::kReadOnly;
    case SQLITE_CONSTRAINT:
      return Failure::kConstraint;
    case SQLITE_TOOBIG:
    case SQLITE_MISMATCH:
      return Failure::kValue;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_NOMEM:
      return Failure::kGone;
    default:
      return Failure::kOther;
  }
}

// Numbers of the server: docs "Server Error Message Reference"; 2000 and above are the client library's.
Failure of_mysql(unsigned code) {
  switch (code) {
    case 1205:  // lock wait timeout
    case 1040:  // too many connections
      return Failure::kBusy;
    case 1213:
    case 1020:  // record has changed since last read
      return Failure::kDeadlock;
    case 1021:
    case 1114:
    case 3:  // error writing file
      return Failure::kFull;
    case 1290:  // --read-only
    case 1792:  // read-only transaction
    case 1836:
      return Failure::kReadOnly;
    case 1022:
    case 1048:
    case 1062:
    case 1169:
    case 1451:
    case 1452:
    case 1557:
    case 4025:  // MariaDB: CHECK
    case 3819:  // MySQL: CHECK
      return Failure::kConstraint;
    case 1264:
    case 1300:  // invalid utf8mb4
    case 1366:
    case 1406:
      return Failure::kValue;
    case 1044:  // access denied
    case 1045:
    case 1049:
    case 1053:
    case 1077:
    case 1317:
    case 1927:
      return Failure::kGone;
    default:
      return code >= 2000 && code < 3000 ? Failure::kGone : Failure::kOther;
  }
}

/// MySQL quotes what it was given ("Incorrect integer value: '…'"), and SOCI gives it values as a part of the
/// statement.
bool shows_values(Failure failure) {
  return failure == Failure::kConstraint || failure == Failure::kValue || failure == Failure::kOther;
}

}  // namespace

Failure failure_of(const std::exception& thrown) {
  if (const auto* sqlite = dynamic_cast<const soci::sqlite3_soci_error*>(&thrown)) return of_sqlite(sqlite->result());
  if (const auto* mysql = dynamic_cast<const soci::mysql_soci_error*>(&thrown)) return of_mysql(mysql->err_num_);
  return Failure::kOther;
}

std::string text_of(const std::exception& thrown) {
  if (const auto* mysql = dynamic_cast<const soci::mysql_soci_error*>(&thrown)) {
    const auto number = "error " + std::to_string(mysql->err_num_);
    return shows_values(of_mysql(mysql->err_num_)) ? number : number + ", " + mysql->get_error_message();
  }
  if (const auto* soci = dynamic_cast<const soci::soci_error*>(&thrown)) return soci->get_error_message();
  return thrown.what();
}

}  // namespace im::sql
