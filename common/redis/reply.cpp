#include "common/redis/reply.hpp"

#include <charconv>

namespace im::redis {

std::uint64_t Reply::number(std::uint64_t otherwise) const {
  if (kind == Kind::kInteger) return integer < 0 ? otherwise : static_cast<std::uint64_t>(integer);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() ? value : otherwise;
}

const Reply& Reply::operator[](std::size_t n) const {
  static const Reply kNothing;
  return n < items.size() ? items[n] : kNothing;
}

}  // namespace im::redis
