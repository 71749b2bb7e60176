#include "comet/connection/secure_sockets.hpp"

namespace im::comet {

void SecureSockets::begin(std::uint32_t place, const ServerTls::Context& context, int fd, TlsUse use) {
  if (channels_.size() <= place) channels_.resize(place + 1);
  channels_[place] = std::make_unique<TlsChannel>(context, fd, use);
}

ssize_t SecureSockets::write(std::uint32_t place, std::span<const std::string_view> parts) {
  if (parts.size() == 1) return at(place).write(parts.front());
  record_.clear();
  for (const std::string_view part : parts) {
    record_.append(part.substr(0, TlsChannel::kRecord - record_.size()));
    if (record_.size() == TlsChannel::kRecord) break;
  }
  return at(place).write(record_);
}

void SecureSockets::end(std::uint32_t place) {
  if (channels_.size() <= place || !channels_[place]) return;
  channels_[place]->end();
  channels_[place].reset();
}

}  // namespace im::comet
