#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "comet/tls/tls_channel.hpp"

namespace im::comet {

/// The TLS channels of one worker's connections, by place; costs nothing where there are none. One worker.
class SecureSockets {
 public:
  void begin(std::uint32_t place, const ServerTls::Context& context, int fd, TlsUse use);
  TlsChannel& at(std::uint32_t place) { return *channels_[place]; }
  /// As TlsChannel::write(): `parts` one behind the other, as many as fit into a record.
  ssize_t write(std::uint32_t place, std::span<const std::string_view> parts);
  /// Before the socket closes.
  void end(std::uint32_t place);

 private:
  std::vector<std::unique_ptr<TlsChannel>> channels_;
  std::string record_;
};

}  // namespace im::comet
