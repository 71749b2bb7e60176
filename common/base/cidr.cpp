#include "common/base/cidr.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace im {

namespace {

constexpr unsigned kAllBits = 128;
constexpr unsigned kV4Bits = 32;

bool same_prefix(const IpAddress& a, const IpAddress& b, unsigned bits) {
  const unsigned bytes = bits / 8;
  if (!std::equal(a.begin(), a.begin() + bytes, b.begin())) return false;
  const auto mask = static_cast<std::uint8_t>(0xff00U >> (bits % 8));
  return bits % 8 == 0 || ((a[bytes] ^ b[bytes]) & mask) == 0;
}

}  // namespace

CidrList::CidrList(const std::vector<std::string>& networks) {
  for (const std::string& entry : networks) {
    const std::size_t slash = entry.find('/');
    const auto address = parse_ip(entry.substr(0, slash));
    if (!address) throw std::invalid_argument("\"" + entry + "\" is not a network; write it like 10.0.0.0/8 or ::1");
    const bool v4 = is_v4(*address);
    const unsigned most = v4 ? kV4Bits : kAllBits;
    unsigned bits = most;
    if (slash != std::string::npos) {
      const char* end = entry.data() + entry.size();
      const auto parsed = std::from_chars(entry.data() + slash + 1, end, bits);
      if (parsed.ec != std::errc{} || parsed.ptr != end || bits > most) {
        throw std::invalid_argument("\"" + entry + "\": the prefix length is not 0 to " + std::to_string(most));
      }
    }
    networks_.push_back({*address, bits + kAllBits - most, v4});
  }
}

bool CidrList::contains(const IpAddress& ip) const {
  const bool v4 = is_v4(ip);
  return std::any_of(networks_.begin(), networks_.end(), [&](const Network& network) {
    return network.v4 == v4 && same_prefix(ip, network.bytes, network.bits);
  });
}

bool CidrList::contains(const std::string& ip) const {
  const auto address = parse_ip(ip.substr(0, ip.find('%')));
  return address && contains(*address);
}

std::string networks_fault(const std::string& key, const std::vector<std::string>& networks) {
  try {
    const CidrList list(networks);
    return "";
  } catch (const std::invalid_argument& error) {
    return key + ": " + error.what();
  }
}

}  // namespace im
