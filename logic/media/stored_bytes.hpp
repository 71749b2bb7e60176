#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace im::logic::media {

/// A name under which a finished medium has bytes, and how many; nothing: its row does not say that.
struct StoredBytes {
  std::string name;
  std::optional<std::uint64_t> count;
};

/// A finished medium, as its row says.
struct Finished {
  std::string id, kind;
  std::int64_t size = 0;
  std::string facts;
};
std::vector<StoredBytes> stored_bytes_of(const Finished& medium);

}  // namespace im::logic::media
