#include "tools/imctl/sent_bytes.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <memory>
#include <openssl/evp.h>

#include "common/base/freed.hpp"
#include "tools/imctl/api.hpp"

namespace im::imctl {

namespace {

constexpr std::size_t kSentAtOnce = 4U << 20;

std::ifstream opened(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Failure("cannot read " + path);
  return file;
}

}  // namespace

std::string sha256_of(const std::string& path) {
  std::ifstream file = opened(path);
  const std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>> context(EVP_MD_CTX_new());
  EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr);
  std::string piece(kSentAtOnce, '\0');
  while (file.read(piece.data(), static_cast<std::streamsize>(piece.size())) || file.gcount() > 0)
    EVP_DigestUpdate(context.get(), piece.data(), static_cast<std::size_t>(file.gcount()));
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_DigestFinal_ex(context.get(), digest.data(), &size);
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) {
    hex += "0123456789abcdef"[digest[i] >> 4];
    hex += "0123456789abcdef"[digest[i] & 15];
  }
  return hex;
}

std::string next_part(const std::string& path, std::uint64_t from, std::uint64_t size) {
  std::ifstream file = opened(path);
  file.seekg(static_cast<std::streamoff>(from));
  std::string bytes(static_cast<std::size_t>(std::min<std::uint64_t>(kSentAtOnce, size - std::min(from, size))), '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  const auto got = static_cast<std::size_t>(file.gcount());
  if (got < bytes.size())
    throw Failure(path + ": the file has become shorter while it was sent: it had " + std::to_string(size) +
                  " bytes and ends at " + std::to_string(from + got) + "; send it again when nobody writes it");
  return bytes;
}

}  // namespace im::imctl
