#pragma once

#include <chrono>
#include <string>

#include <boost/json/object.hpp>

#include "common/base/result.hpp"

namespace im::logic {

/// Why a request failed, the same on every door. The table with what a client should do is docs/requests.md; HTTP shows
/// the number less 4000 as its status.
enum class Code : int {
  kMalformed = 4400,  ///< not a request: not JSON, no "cmd"
  kNoToken = 4401,    ///< HTTP: no token, or it is not taken
  kForbidden = 4403,
  kNotFound = 4404,  ///< also where "forbidden" would tell that it is there
  kUnknownCommand = 4405,
  kNothingInCommon = 4406,  ///< of a call: what both sides can
  kWindowOver = 4408,       ///< too late for this
  kConflict = 4409,         ///< does not fit what is there: taken, out of order, no hello yet
  kEnded = 4410,            ///< a call that is over; its record is in the answer
  kTooLarge = 4413,
  kBadValue = 4422,  ///< a field is missing or has a wrong value; the text names it
  kLocked = 4423,    ///< of a call: somebody else has it
  kSlowDown = 4429,  ///< with retry_ms
  kFull = 4431,      ///< of a group call
  kBusy = 4486,      ///< of a call
  kInternal = 4500,  ///< our fault
  kLater = 4503,     ///< something that is needed is away; with retry_ms
};

struct Failure {
  Code code = Code::kInternal;
  std::string error;                     ///< for people; stable for a given fault
  std::chrono::milliseconds retry_in{};  ///< 0 = not by itself
  std::string cause{};                   ///< kInternal: for our log, never sent
  boost::json::object more{};            ///< further members of the answer
};

/// What an error behind a handler looks like to the client, who is not told about our insides.
Failure failure_of(const Error& error);
int http_status(Code code);

}  // namespace im::logic
