#include "comet/wire/op_list.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>

namespace im::comet {

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
    ops.push_back(op);
    begin = comma + 1;
  }
  return ops;
}

OpSet make_op_set(std::vector<std::int32_t> ops) {
  std::sort(ops.begin(), ops.end());
  ops.erase(std::unique(ops.begin(), ops.end()), ops.end());
  if (ops.size() > kMaxOps) ops.resize(kMaxOps);
  ops.shrink_to_fit();
  return std::make_shared<const std::vector<std::int32_t>>(std::move(ops));
}

OpSet with_ops(const OpSet& set, const std::vector<std::int32_t>& more) {
  std::vector<std::int32_t> all = set ? *set : std::vector<std::int32_t>{};
  all.insert(all.end(), more.begin(), more.end());
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  if (all.size() > kMaxOps) return nullptr;
  return make_op_set(std::move(all));
}

OpSet without_ops(const OpSet& set, const std::vector<std::int32_t>& fewer) {
  std::vector<std::int32_t> rest;
  if (set) {
    std::copy_if(set->begin(), set->end(), std::back_inserter(rest),
                 [&](std::int32_t op) { return std::find(fewer.begin(), fewer.end(), op) == fewer.end(); });
  }
  return make_op_set(std::move(rest));
}

bool accepts(const OpSet& set, std::int32_t op) { return set && std::binary_search(set->begin(), set->end(), op); }

}  // namespace im::comet
