#pragma once

#include <compare>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace im::kafka {

/// What a producer calls a record, in its header kHeader: the same in each copy that the client library writes of it.
struct RecordName {
  static constexpr const char* kHeader = "im-name";

  std::uint64_t producer = 0;  ///< drawn by chance for each Producer
  std::uint64_t serial = 0;    ///< of its produce() calls
  friend auto operator<=>(const RecordName&, const RecordName&) = default;

  std::string bytes() const {
    std::string text(sizeof(RecordName), '\0');
    std::memcpy(text.data(), this, sizeof(RecordName));
    return text;
  }
  static std::optional<RecordName> read(std::string_view bytes) {
    if (bytes.size() != sizeof(RecordName)) return std::nullopt;
    RecordName name;
    std::memcpy(&name, bytes.data(), sizeof(RecordName));
    return name;
  }
};

}  // namespace im::kafka
