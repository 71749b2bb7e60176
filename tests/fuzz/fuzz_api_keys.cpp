#include <set>

#include "common/keys/api_key_file.hpp"
#include "tests/fuzz/check.hpp"

using im::fuzz::check;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto keys = im::parse_api_keys(im::fuzz::text_of(data, size));
  if (!keys.ok()) {
    check(!keys.error().message.empty(), "a bad file says why");
    return 0;
  }
  std::set<std::string> ids;
  for (const im::ApiKey& key : keys.value()) {
    check(ids.insert(key.id).second, "an id stands once");
    check(key.hash.size() == 64 && key.rate > 0 && key.burst >= 1, "a key has a digest and limits");
  }
  return 0;
}
