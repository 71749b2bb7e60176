#include "common/base/ip_address.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cstring>

namespace im {

namespace {
constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
}

bool is_v4(const IpAddress& address) { return std::equal(kMapped.begin(), kMapped.end(), address.begin()); }

bool is_loopback(const IpAddress& address) {
  if (is_v4(address)) return address[12] == 127;
  IpAddress one{};
  one.back() = 1;
  return address == one;
}

IpAddress ip_from_v4(const void* four_bytes) {
  IpAddress address{};
  std::copy(kMapped.begin(), kMapped.end(), address.begin());
  std::memcpy(address.data() + kMapped.size(), four_bytes, 4);
  return address;
}

IpAddress ip_from_v6(const void* sixteen_bytes) {
  IpAddress address{};
  std::memcpy(address.data(), sixteen_bytes, address.size());
  return address;
}

std::optional<IpAddress> parse_ip(const std::string& text) {
  IpAddress bytes{};
  if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) return ip_from_v4(bytes.data());
  if (inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) return bytes;
  return std::nullopt;
}

std::string ip_text(const IpAddress& address) {
  char buffer[INET6_ADDRSTRLEN] = {};
  const bool v4 = is_v4(address);
  inet_ntop(v4 ? AF_INET : AF_INET6, address.data() + (v4 ? kMapped.size() : 0), buffer, sizeof buffer);
  return buffer;
}

}  // namespace im
