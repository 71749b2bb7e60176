#include <boost/json/parse.hpp>

#include "logic/push_api/push_command.hpp"
#include "tests/fuzz/check.hpp"

using namespace im::logic;
using im::fuzz::check;

namespace {

constexpr PushLimits kLimits{.body = 200, .targets = 5, .batch = 3};

void check_push(const PushCommand& command) {
  check(command.body.size() <= kLimits.body, "a body is within its limit");
  check(command.users.size() <= kLimits.targets && command.keys.size() <= kLimits.targets, "so are the targets");
  for (const auto uid : command.users) check(uid > 0, "users are above 0");
  switch (command.to) {
    case PushCommand::To::kUsers:
      return check(!command.users.empty() && command.keys.empty() && command.room.empty(), "users alone");
    case PushCommand::To::kKeys:
      return check(!command.keys.empty() && command.users.empty() && command.room.empty(), "keys alone");
    case PushCommand::To::kRoom:
      return check(!command.room.empty() && command.users.empty() && command.keys.empty(), "a room alone");
    case PushCommand::To::kAll:
      return check(command.speed >= 0, "a speed is not negative");
  }
}

void check_problem(const Problem& problem) {
  check(problem.status >= 400 && problem.status < 500, "it is the caller's");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  boost::system::error_code error;
  const auto value = boost::json::parse(im::fuzz::text_of(data, size), error);
  if (error) return 0;
  const auto push = read_push(value, kLimits);
  if (const auto* command = std::get_if<PushCommand>(&push)) check_push(*command);
  if (const auto* problem = std::get_if<Problem>(&push)) check_problem(*problem);
  const auto batch = read_batch(value, kLimits);
  if (const auto* problem = std::get_if<Problem>(&batch)) check_problem(*problem);
  if (const auto* commands = std::get_if<std::vector<PushCommand>>(&batch)) {
    check(!commands->empty() && commands->size() <= kLimits.batch, "a batch is within its limit");
    for (const auto& command : *commands) check_push(command);
  }
  return 0;
}
