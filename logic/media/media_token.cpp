#include "logic/media/media_token.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <stdexcept>
#include <vector>

namespace im::logic::media {

namespace {

constexpr std::size_t kMacBytes = 20;
constexpr std::size_t kIdBytes = 16;
constexpr std::size_t kMostToken = 300;

std::string hex_of(const unsigned char* bytes, std::size_t count) {
  std::string hex;
  for (std::size_t i = 0; i < count; ++i) {
    hex += "0123456789abcdef"[bytes[i] >> 4];
    hex += "0123456789abcdef"[bytes[i] & 15];
  }
  return hex;
}

std::vector<std::string_view> parts_of(std::string_view text) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t dot = text.find('.');
    parts.push_back(text.substr(0, dot));
    if (dot == std::string_view::npos) return parts;
    text.remove_prefix(dot + 1);
  }
}

/// Signed by us, so it is a number.
std::int64_t number_of(std::string_view text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

std::string TokenSigner::sealed(const std::string& text) const {
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()), reinterpret_cast<const unsigned char*>(text.data()),
       text.size(), mac.data(), &size);
  return text + "." + hex_of(mac.data(), kMacBytes);
}

std::optional<std::string_view> TokenSigner::opened(std::string_view token) const {
  const std::size_t dot = token.rfind('.');
  if (token.size() > kMostToken || dot == std::string_view::npos) return std::nullopt;
  const std::string wanted = sealed(std::string(token.substr(0, dot)));
  if (wanted.size() != token.size() || CRYPTO_memcmp(wanted.data(), token.data(), token.size()) != 0)
    return std::nullopt;
  return token.substr(0, dot);
}

std::string TokenSigner::sign(const UploadTicket& ticket) const {
  return sealed("u." + ticket.id + "." + std::to_string(ticket.owner.value()) + "." + std::to_string(ticket.size) +
                "." + std::to_string(ticket.until_ms));
}

std::string TokenSigner::sign(const LinkTicket& ticket) const {
  return sealed("d." + ticket.id + "." + ticket.variant + "." + std::to_string(ticket.reader.value()) + "." +
                std::to_string(ticket.conv.value()) + "." + std::to_string(ticket.seq) + "." +
                std::to_string(ticket.until_ms));
}

std::optional<UploadTicket> TokenSigner::read_upload(std::string_view token) const {
  const auto text = opened(token);
  if (!text) return std::nullopt;
  const auto parts = parts_of(*text);
  if (parts.size() != 5 || parts[0] != "u") return std::nullopt;
  return UploadTicket{std::string(parts[1]), Uid(number_of(parts[2])), static_cast<std::uint64_t>(number_of(parts[3])),
                      number_of(parts[4])};
}

std::optional<LinkTicket> TokenSigner::read_link(std::string_view token) const {
  const auto text = opened(token);
  if (!text) return std::nullopt;
  const auto parts = parts_of(*text);
  if (parts.size() != 7 || parts[0] != "d") return std::nullopt;
  return LinkTicket{std::string(parts[1]),    std::string(parts[2]),
                    Uid(number_of(parts[3])), chat::ConvId(number_of(parts[4])),
                    number_of(parts[5]),      number_of(parts[6])};
}

std::string random_id() {
  std::array<unsigned char, kIdBytes> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) throw std::runtime_error("no randomness");
  return hex_of(bytes.data(), bytes.size());
}

bool is_media_id(std::string_view text) {
  return text.size() == 2 * kIdBytes &&
         std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

}  // namespace im::logic::media
