#include "common/http/cidr.hpp"

#include <arpa/inet.h>
#include <charconv>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string_view>

namespace im::http {

namespace {

/// 4 or 16 bytes in network order; v4-mapped becomes v4.
std::optional<std::string> address_bytes(const std::string& text) {
  char buffer[16];
  if (inet_pton(AF_INET, text.c_str(), buffer) == 1) return std::string(buffer, 4);
  if (inet_pton(AF_INET6, text.c_str(), buffer) != 1) return std::nullopt;
  static constexpr std::string_view kMapped("\0\0\0\0\0\0\0\0\0\0\xff\xff", 12);
  const std::string_view all(buffer, 16);
  return std::string(all.starts_with(kMapped) ? all.substr(12) : all);
}

bool same_prefix(const std::string& a, const std::string& b, unsigned bits) {
  if (a.size() != b.size()) return false;
  for (unsigned bit = 0; bit < bits; ++bit) {
    const auto mask = static_cast<std::uint8_t>(0x80U >> (bit % 8));
    if (((static_cast<std::uint8_t>(a[bit / 8]) ^ static_cast<std::uint8_t>(b[bit / 8])) & mask) != 0) return false;
  }
  return true;
}

}  // namespace

CidrList::CidrList(const std::vector<std::string>& networks) {
  for (const std::string& entry : networks) {
    const std::size_t slash = entry.find('/');
    const auto bytes = address_bytes(entry.substr(0, slash));
    if (!bytes) throw std::invalid_argument("\"" + entry + "\" is not a network; write it like 10.0.0.0/8 or ::1");
    auto bits = static_cast<unsigned>(bytes->size() * 8);
    if (slash != std::string::npos) {
      unsigned given = 0;
      const char* end = entry.data() + entry.size();
      const auto parsed = std::from_chars(entry.data() + slash + 1, end, given);
      if (parsed.ec != std::errc{} || parsed.ptr != end || given > bits) {
        throw std::invalid_argument("\"" + entry + "\": the prefix length is not 0 to " + std::to_string(bits));
      }
      bits = given;
    }
    networks_.push_back({*bytes, bits});
  }
}

bool CidrList::contains(const std::string& ip) const {
  if (networks_.empty()) return true;
  const auto bytes = address_bytes(ip.substr(0, ip.find('%')));  // without the zone of a link-local address
  if (!bytes) return false;
  for (const Network& network : networks_) {
    if (same_prefix(*bytes, network.bytes, network.bits)) return true;
  }
  return false;
}

}  // namespace im::http
