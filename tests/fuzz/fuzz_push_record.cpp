#include <set>

#include "job/record_reader.hpp"
#include "tests/fuzz/check.hpp"

using im::fuzz::check;

/// What job reads from Kafka.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto record = im::job::read_record(3, 41, im::fuzz::text_of(data, size), {});
  check(record != nullptr && record->partition == 3 && record->offset == 41, "a record knows its place");
  check(record->bytes >= size, "and its cost");
  if (record->malformed) check(record->targets.empty(), "what cannot be read goes nowhere");
  std::set<im::CometInstance> seen;
  for (const auto& target : record->targets) check(seen.insert(target.comet).second, "a comet is named once");
  return 0;
}
