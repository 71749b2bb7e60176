#include "comet/wire/op_list.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

namespace im::comet {

namespace {

std::vector<std::int32_t> sorted(std::vector<std::int32_t> ops) {
  std::sort(ops.begin(), ops.end());
  ops.erase(std::unique(ops.begin(), ops.end()), ops.end());
  return ops;
}

OpSet share(std::vector<std::int32_t> ops) {
  ops.shrink_to_fit();
  return OpSet(std::move(ops));
}

}  // namespace

std::optional<std::vector<std::int32_t>> parse_op_list(std::string_view text) {
  std::vector<std::int32_t> ops;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t comma = std::min(text.find(',', begin), text.size());
    std::string_view item = text.substr(begin, comma - begin);
    if (item.starts_with('+') && item.size() > 1 && item[1] != '-')
      item.remove_prefix(1);  // Go's ParseInt takes a plus
    std::int32_t op = 0;
    const auto [end, error] = std::from_chars(item.data(), item.data() + item.size(), op);
    if (error != std::errc{} || end != item.data() + item.size()) return std::nullopt;
    if (ops.size() == kMaxOps) return std::nullopt;
    ops.push_back(op);
    begin = comma + 1;
  }
  return ops;
}

OpSet make_op_set(std::vector<std::int32_t> ops) {
  ops = sorted(std::move(ops));
  if (ops.size() > kMaxOps) ops.resize(kMaxOps);
  return share(std::move(ops));
}

OpSet with_ops(const OpSet& set, std::vector<std::int32_t> more) {
  more = sorted(std::move(more));
  std::vector<std::int32_t> all;
  const std::size_t held = set ? set->size() : 0;
  all.reserve(held + more.size());
  if (set) {
    std::set_union(set->begin(), set->end(), more.begin(), more.end(), std::back_inserter(all));
    if (all.size() == held) return set;
  } else {
    all = std::move(more);
  }
  if (all.size() > kMaxOps) return nullptr;
  return share(std::move(all));
}

OpSet without_ops(const OpSet& set, std::vector<std::int32_t> fewer) {
  if (!set) return share({});
  fewer = sorted(std::move(fewer));
  std::vector<std::int32_t> rest;
  rest.reserve(set->size());
  std::set_difference(set->begin(), set->end(), fewer.begin(), fewer.end(), std::back_inserter(rest));
  return rest.size() == set->size() ? set : share(std::move(rest));
}

bool accepts(const OpSet& set, std::int32_t op) { return set && std::binary_search(set->begin(), set->end(), op); }

}  // namespace im::comet
