#include "logic/push_api/push_id.hpp"

#include <random>

#include "common/base/clock.hpp"

namespace im::logic {

std::string make_push_id() {
  constexpr char kLetters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  // Not a secret: an id only has to be unlike others.
  thread_local std::mt19937_64 random{std::random_device{}()};
  std::string id(26, '0');
  auto time = static_cast<std::uint64_t>(unix_ms());
  for (std::size_t i = 10; i-- > 0; time >>= 5) id[i] = kLetters[time & 31];
  for (std::size_t part : {10U, 18U}) {
    std::uint64_t bits = random();
    for (std::size_t i = 0; i < 8; ++i, bits >>= 5) id[part + i] = kLetters[bits & 31];
  }
  return id;
}

}  // namespace im::logic
