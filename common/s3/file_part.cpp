#include "common/s3/file_part.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

#include "common/base/regular_file.hpp"
#include "common/keys/digest.hpp"

namespace im::s3 {

namespace {

constexpr std::size_t kPiece = 256U * 1024;

Error file_error(const char* what) { return {Error::Code::kUnavailable, std::string(what) + std::strerror(errno)}; }

}  // namespace

Result<LocalFileRef> LocalFile::open(const std::string& path) {
  auto file = open_regular_file(path, O_NOFOLLOW);
  if (!file) return Error{Error::Code::kUnavailable, file.error().message};
  const auto size = static_cast<std::uint64_t>(file.value().facts().st_size);
  return LocalFileRef(new LocalFile(file.value().release(), size));
}

LocalFile::~LocalFile() { ::close(fd_); }

std::size_t LocalFile::read(std::uint64_t at, char* into, std::size_t most) const {
  ssize_t got = 0;
  do {
    got = ::pread(fd_, into, most, static_cast<off_t>(at));
  } while (got < 0 && errno == EINTR);
  return got < 0 ? 0 : static_cast<std::size_t>(got);
}

Result<std::string> FilePart::sha256() const {
  Sha256 digest;
  std::string piece(kPiece, '\0');
  for (std::uint64_t at = 0; at < count_;) {
    const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(count_ - at, kPiece));
    const std::size_t got = read(at, piece.data(), most);
    if (got == 0) return file_error("cannot read a file: ");
    digest.add({piece.data(), got});
    at += got;
  }
  return digest.hex();
}

}  // namespace im::s3
