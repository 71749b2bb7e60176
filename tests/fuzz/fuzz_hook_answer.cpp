#include "logic/identity/hook_answer.hpp"
#include "tests/fuzz/check.hpp"

using namespace im::logic;
using im::fuzz::check;

/// The first byte chooses the status.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  constexpr int kStatus[] = {200, 401, 403, 500};
  const int status = kStatus[data[0] & 3];
  const auto verdict = read_hook_answer(status, im::fuzz::text_of(data + 1, size - 1));
  if (!verdict.ok()) {
    check(status != 401 && status != 403, "a refusal needs no body");
    check(verdict.error().code == im::Error::Code::kInvalid && !verdict.error().message.empty(),
          "a broken hook is said so");
    return 0;
  }
  const auto* grant = std::get_if<HookGrant>(&verdict.value());
  if (grant == nullptr) return 0;
  check(status == 200, "only 200 grants");
  check(grant->uid.value() > 0, "a grant names a user");
  check(grant->expires_in_s >= 0 && grant->issued_s >= 0, "times are not negative");
  return 0;
}
