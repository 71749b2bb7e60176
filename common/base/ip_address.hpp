#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace im {

/// An IPv6 address in network order; IPv4 is kept as v4-mapped (::ffff:a.b.c.d), so one client has one address.
using IpAddress = std::array<std::uint8_t, 16>;

bool is_v4(const IpAddress& address);
bool is_loopback(const IpAddress& address);  ///< 127.0.0.0/8, ::1
IpAddress ip_from_v4(const void* four_bytes);
IpAddress ip_from_v6(const void* sixteen_bytes);
/// Numeric addresses only, as inet_pton takes them; without a zone.
std::optional<IpAddress> parse_ip(const std::string& text);
std::string ip_text(const IpAddress& address);

}  // namespace im
