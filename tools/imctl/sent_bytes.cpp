#include "tools/imctl/sent_bytes.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <openssl/evp.h>
#include <unistd.h>

#include "common/base/freed.hpp"
#include "common/base/regular_file.hpp"
#include "tools/imctl/api.hpp"

namespace im::imctl {

namespace {

constexpr std::size_t kSentAtOnce = 4U << 20;

/// It may have become anything since it was looked at.
RegularFile opened(const std::string& path) {
  auto file = open_regular_file(path);
  if (!file) throw Failure("cannot read " + path + ": " + file.error().message);
  return std::move(file).value();
}

/// So many bytes from there on, fewer where the file ends.
std::size_t read_at(const RegularFile& file, std::uint64_t at, std::string& into, const std::string& path) {
  std::size_t got = 0;
  while (got < into.size()) {
    const auto more = ::pread(file.fd(), into.data() + got, into.size() - got, static_cast<off_t>(at + got));
    if (more < 0 && errno == EINTR) continue;
    if (more < 0) throw Failure("cannot read " + path + ": " + std::strerror(errno));
    if (more == 0) break;
    got += static_cast<std::size_t>(more);
  }
  return got;
}

}  // namespace

std::string sha256_of(const std::string& path) {
  const RegularFile file = opened(path);
  const std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>> context(EVP_MD_CTX_new());
  EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr);
  std::string piece(kSentAtOnce, '\0');
  std::uint64_t at = 0;
  while (const std::size_t got = read_at(file, at, piece, path)) {
    EVP_DigestUpdate(context.get(), piece.data(), got);
    at += got;
  }
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
  const RegularFile file = opened(path);
  std::string bytes(static_cast<std::size_t>(std::min<std::uint64_t>(kSentAtOnce, size - std::min(from, size))), '\0');
  const std::size_t got = read_at(file, from, bytes, path);
  if (got < bytes.size())
    throw Failure(path + ": the file has become shorter while it was sent: it had " + std::to_string(size) +
                  " bytes and ends at " + std::to_string(from + got) + "; send it again when nobody writes it");
  return bytes;
}

}  // namespace im::imctl
