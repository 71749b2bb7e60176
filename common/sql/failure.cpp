#include "common/sql/failure.hpp"

namespace im::sql {

namespace {

constexpr const char* kIsFull = "the database is full: ";

}  // namespace

Error error_of(Failure failure, const std::string& detail) {
  switch (failure) {
    case Failure::kBusy:
      return {Error::Code::kOverloaded, "the database is busy: " + detail};
    case Failure::kDeadlock:
      return {Error::Code::kOverloaded, "the database chose another transaction: " + detail};
    case Failure::kFull:
      return {Error::Code::kUnavailable, kIsFull + detail};
    case Failure::kReadOnly:
      return {Error::Code::kUnavailable, "the database is read-only: " + detail};
    case Failure::kGone:
      return {Error::Code::kUnavailable, "the database is gone: " + detail};
    case Failure::kConstraint:
      return {Error::Code::kConflict, "the database refused: not unique, or nothing to refer to"};
    case Failure::kValue:
      return {Error::Code::kInvalid, "the database cannot hold the value"};
    case Failure::kNone:
    case Failure::kOther:
      break;
  }
  return {Error::Code::kInternal, "the database failed: " + detail};
}

bool is_full(const Error& error) {
  return error.code == Error::Code::kUnavailable && error.message.find(kIsFull) != std::string::npos;
}

}  // namespace im::sql
