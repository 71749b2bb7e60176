#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "logic/chat/standing.hpp"

namespace im::logic::media {

/// What an upload's token says: whose it is, which one, how large, until when.
struct UploadTicket {
  std::string id;
  Uid owner;
  std::uint64_t size = 0;
  std::int64_t until_ms = 0;
};
/// What an address to download says: who may read what, and the message that gives the right.
struct LinkTicket {
  std::string id;
  std::string variant;
  Uid reader;
  chat::ConvId conv;
  chat::Seq seq = 0;
  std::int64_t until_ms = 0;
};

/// Signs what leaves with an address and comes back with it, so that looking at it needs no store. Letters, digits and
/// dots only. Any thread.
class TokenSigner {
 public:
  explicit TokenSigner(std::string key) : key_(std::move(key)) {}

  std::string sign(const UploadTicket& ticket) const;
  std::string sign(const LinkTicket& ticket) const;
  /// Nothing: not ours, or of the other kind. The time is the caller's to look at.
  std::optional<UploadTicket> read_upload(std::string_view token) const;
  std::optional<LinkTicket> read_link(std::string_view token) const;

 private:
  std::string sealed(const std::string& text) const;
  std::optional<std::string_view> opened(std::string_view token) const;

  const std::string key_;
};

/// 32 hexadecimal digits nobody can guess; throws std::runtime_error when the system has no randomness.
std::string random_id();
bool is_media_id(std::string_view text);

}  // namespace im::logic::media
