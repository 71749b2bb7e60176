#include <algorithm>
#include <string>

#include "comet/wire/op_list.hpp"
#include "tests/fuzz/check.hpp"

namespace {

using namespace im::comet;
using im::fuzz::check;

void check_written_again(const std::vector<std::int32_t>& ops) {
  std::string text;
  for (const std::int32_t op : ops) text += (text.empty() ? "" : ",") + std::to_string(op);
  check(parse_op_list(text) == ops, "parses its own writing");
}

void check_sets(const std::vector<std::int32_t>& ops) {
  const OpSet set = with_ops(nullptr, ops);
  if (!set) {
    check(ops.size() > kMaxOps, "only too many are refused");
    return;
  }
  check(std::is_sorted(set->begin(), set->end()), "sorted");
  check(std::adjacent_find(set->begin(), set->end()) == set->end(), "each once");
  check(set->size() <= kMaxOps, "bounded");
  const OpSet none = without_ops(set, ops);
  for (const std::int32_t op : ops) {
    check(accepts(set, op), "holds what was added");
    check(!accepts(none, op), "does not hold what was taken");
  }
  check(*with_ops(set, ops) == *set, "adding twice changes nothing");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = im::fuzz::text_of(data, size);  // no terminator: reading over the end is seen
  const auto ops = parse_op_list(input);
  if (!ops) return 0;
  check(input.find_first_not_of("0123456789,+-") == std::string::npos, "only digits, signs and commas");
  check(static_cast<std::size_t>(std::count(input.begin(), input.end(), ',')) + 1 == ops->size(), "one op per item");
  check_written_again(*ops);
  check_sets(*ops);
  return 0;
}
