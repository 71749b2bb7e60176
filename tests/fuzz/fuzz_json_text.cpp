#include <string>

#include "common/wire/json_text.hpp"
#include "tests/fuzz/check.hpp"

using namespace im::wire;
using im::fuzz::check;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = im::fuzz::text_of(data, size);
  std::string compact, again;
  if (append_compact_json(compact, input, kClientJsonDepth)) {
    check(append_compact_json(again, compact, kClientJsonDepth), "what was compacted is JSON");
    check(again == compact, "compacting twice changes nothing");
    check(compact.find_first_of("<>&\n\r\t") == std::string::npos, "nothing that HTML reads, no white space between");
  } else {
    check(compact.empty(), "a refusal leaves nothing behind");
  }
  std::string text;
  append_json_string(text, input);
  check(append_compact_json(again, text, 1), "any bytes become a JSON string");
  JsonMembers members(input, kClientJsonDepth);
  std::size_t last = 0;
  while (members.next()) {
    const auto at = static_cast<std::size_t>(members.value().data() - input.data());
    check(at >= last && at + members.value().size() <= input.size(), "values lie in the text, in order");
    last = at;
  }
  if (members.ok()) check(!compact.empty() && compact.front() == '{', "members are of an object");
  return 0;
}
