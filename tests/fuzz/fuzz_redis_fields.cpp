#include <string>

#include "router/sessions/session_fields.hpp"
#include "tests/fuzz/check.hpp"

using namespace im::router;
using im::fuzz::check;

/// What a router reads of a slot from Redis: the name of a field, a line break, its value.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = im::fuzz::text_of(data, size);
  const auto line = input.find('\n');
  if (line == std::string_view::npos) return 0;
  const std::string_view field = input.substr(0, line);
  const std::string value(input.substr(line + 1));
  if (const auto row = decode_session(field, value)) {
    check(!row->key.empty() && !row->confirmed, "a session has a key, and its comet has not told it");
    check(decode_session(session_field(row->uid, row->key), encode(*row)).has_value(), "what was read can be written");
  }
  if (const auto home = decode_key_home(field, value)) {
    check(home->second.uid.value() > 0, "a key is a user's");
    const auto again = decode_key_home(key_home_field(home->first), encode(home->second));
    check(again && again->second.uid == home->second.uid && again->second.comet == home->second.comet, "it comes back");
  }
  return 0;
}
