#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "common/base/ip_address.hpp"

namespace im::comet {

/// The PROXY header that a trusted load balancer puts before the bytes of its client, versions 1 and 2
/// (HAProxy 2.6, doc/proxy-protocol.txt). Pure: no I/O, nothing kept.
struct ProxyHeader {
  enum class Status : std::uint8_t { kNeedMore, kWhole, kMalformed };

  static constexpr std::size_t kMaxV1 = 107;             ///< the line with its CRLF
  static constexpr std::size_t kV2Fixed = 16;            ///< signature, version and command, family, length
  static constexpr std::size_t kMaxV2 = kV2Fixed + 536;  ///< with addresses and TLVs
  static constexpr std::size_t kMax = kMaxV2;

  Status status = Status::kNeedMore;
  std::size_t size = 0;             ///< kWhole: bytes of the header; what follows is the client's
  std::optional<IpAddress> client;  ///< none: LOCAL, UNKNOWN or no IP family, so the address of the socket stands
  const char* fault = "";           ///< kMalformed: what is wrong
};

/// `bytes` = everything received so far. Says kMalformed as early as it can, kNeedMore only below the bounds.
ProxyHeader parse_proxy_header(std::string_view bytes);

}  // namespace im::comet
