#include "comet/edge/proxy_header.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

namespace im::comet {

namespace {

using Status = ProxyHeader::Status;

constexpr std::string_view kV1Prefix = "PROXY ";
constexpr std::string_view kV2Signature("\r\n\r\n\0\r\nQUIT\n", 12);
constexpr std::uint8_t kVersion2 = 0x2;
constexpr std::uint8_t kLocal = 0x0;
constexpr std::uint8_t kProxy = 0x1;
constexpr std::uint8_t kUnspecified = 0x00;
constexpr std::uint8_t kTcp4 = 0x11;
constexpr std::uint8_t kTcp6 = 0x21;
constexpr std::uint8_t kUnixStream = 0x31;

ProxyHeader malformed(const char* fault) {
  ProxyHeader header;
  header.status = Status::kMalformed;
  header.fault = fault;
  return header;
}

ProxyHeader whole(std::size_t size, std::optional<IpAddress> client = std::nullopt) {
  ProxyHeader header;
  header.status = Status::kWhole;
  header.size = size;
  header.client = client;
  return header;
}

bool begins_alike(std::string_view bytes, std::string_view prefix) {
  const std::size_t size = std::min(bytes.size(), prefix.size());
  return bytes.substr(0, size) == prefix.substr(0, size);
}

std::uint8_t byte_at(std::string_view bytes, std::size_t at) { return static_cast<std::uint8_t>(bytes[at]); }

// ---- version 1: one line of text

bool is_port(std::string_view text) {
  std::uint32_t port = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), port);
  return parsed.ec == std::errc{} && parsed.ptr == text.data() + text.size() && port <= 65535 &&
         (text.size() == 1 || text.front() != '0');
}

/// The fields between single spaces; false when they are not as many.
bool split(std::string_view line, std::array<std::string_view, 5>& fields) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const std::size_t space = line.find(' ');
    if ((space == std::string_view::npos) != (i + 1 == fields.size())) return false;
    fields[i] = line.substr(0, space);
    line = space == std::string_view::npos ? std::string_view() : line.substr(space + 1);
  }
  return true;
}

std::optional<IpAddress> v1_address(std::string_view text, bool v4) {
  // An IPv4 address is the one without a colon; a text with a NUL is none, whatever inet_pton would read of it.
  if ((text.find(':') == std::string_view::npos) != v4 || text.find('\0') != std::string_view::npos)
    return std::nullopt;
  return parse_ip(std::string(text));
}

ProxyHeader parse_v1(std::string_view bytes) {
  const std::size_t end = bytes.substr(0, ProxyHeader::kMaxV1).find('\r');
  if (end == std::string_view::npos || end + 1 == bytes.size()) {
    if (bytes.size() >= ProxyHeader::kMaxV1) return malformed("no end of line within 107 bytes");
    return {};
  }
  if (end + 2 > ProxyHeader::kMaxV1) return malformed("no end of line within 107 bytes");
  if (bytes[end + 1] != '\n') return malformed("CR without LF");
  const std::size_t size = end + 2;
  const std::string_view line = bytes.substr(kV1Prefix.size(), end - kV1Prefix.size());
  if (line == "UNKNOWN" || line.starts_with("UNKNOWN ")) return whole(size);
  std::array<std::string_view, 5> fields;
  if (!split(line, fields)) return malformed("not \"PROXY TCP4|TCP6 source destination port port\"");
  const bool v4 = fields[0] == "TCP4";
  if (!v4 && fields[0] != "TCP6") return malformed("the family is not TCP4, TCP6 or UNKNOWN");
  const auto client = v1_address(fields[1], v4);
  if (!client || !v1_address(fields[2], v4)) return malformed("not an address of the stated family");
  if (!is_port(fields[3]) || !is_port(fields[4])) return malformed("not a port");
  return whole(size, client);
}

// ---- version 2: binary

ProxyHeader with_address(std::string_view bytes, std::size_t size, std::uint8_t family) {
  constexpr std::size_t kAt = ProxyHeader::kV2Fixed;
  constexpr std::size_t kPorts = 4;
  switch (family) {
    case kUnspecified:
    case kUnixStream:
      return whole(size);
    case kTcp4:
      if (size < kAt + 2 * 4 + kPorts) return malformed("too short for IPv4 addresses");
      return whole(size, ip_from_v4(bytes.data() + kAt));
    case kTcp6:
      if (size < kAt + 2 * 16 + kPorts) return malformed("too short for IPv6 addresses");
      return whole(size, ip_from_v6(bytes.data() + kAt));
    default:
      return malformed("not a family of streams");
  }
}

ProxyHeader parse_v2(std::string_view bytes) {
  const std::size_t known = bytes.size();
  if (known <= kV2Signature.size()) return {};
  const std::uint8_t command = byte_at(bytes, 12) & 0xfU;
  if (byte_at(bytes, 12) >> 4 != kVersion2) return malformed("not version 2");
  if (command != kLocal && command != kProxy) return malformed("the command is neither LOCAL nor PROXY");
  if (known < ProxyHeader::kV2Fixed) return {};
  const std::size_t size = ProxyHeader::kV2Fixed + (std::size_t{byte_at(bytes, 14)} << 8) + byte_at(bytes, 15);
  if (size > ProxyHeader::kMaxV2) return malformed("longer than 552 bytes");
  if (known < size) return {};
  return command == kLocal ? whole(size) : with_address(bytes, size, byte_at(bytes, 13));
}

}  // namespace

ProxyHeader parse_proxy_header(std::string_view bytes) {
  if (bytes.empty()) return {};
  if (begins_alike(bytes, kV2Signature)) return parse_v2(bytes);
  if (!begins_alike(bytes, kV1Prefix)) return malformed("no PROXY header");
  return bytes.size() < kV1Prefix.size() ? ProxyHeader{} : parse_v1(bytes);
}

}  // namespace im::comet
