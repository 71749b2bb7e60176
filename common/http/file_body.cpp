#include "common/http/file_body.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/blocking_pool.hpp"
#include "common/base/regular_file.hpp"

namespace im {

namespace {

constexpr std::uint64_t kPiece = 256U * 1024;

Error failure(const std::string& what) {
  return {errno == ENOENT ? Error::Code::kNotFound : Error::Code::kUnavailable, what + ": " + std::strerror(errno)};
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  const int fd_;
};
using File = std::shared_ptr<const Descriptor>;

/// The next bytes of a file; it may have become shorter.
Result<std::string> read_piece(int fd, std::uint64_t at, std::uint64_t count) {
  std::string piece(static_cast<std::size_t>(std::min(count, kPiece)), '\0');
  const auto got = ::pread(fd, piece.data(), piece.size(), static_cast<off_t>(at));
  if (got <= 0)
    return Error{Error::Code::kUnavailable, got == 0 ? "the file has become shorter" : "cannot read a file"};
  piece.resize(static_cast<std::size_t>(got));
  return piece;
}

class FileSource final : public HttpSource {
 public:
  FileSource(File file, std::uint64_t first, std::uint64_t count, BlockingPool* pool)
      : file_(std::move(file)), size_(count), at_(first), left_(count), pool_(pool) {}
  std::optional<std::uint64_t> size() const override { return size_; }

  void next(Give give) override {
    const std::uint64_t count = std::min(left_, kPiece);
    const auto read = [file = file_, at = at_, count] { return read_piece(file->get(), at, count); };
    // How much was read is known to whoever is given it; a short read ends the answer, so it may be counted as whole.
    at_ += count;
    left_ -= count;
    const auto whole = [give = std::move(give), count](Result<std::string> piece) {
      const bool is_short = piece.ok() && piece.value().size() < count;
      give(is_short ? Result<std::string>(Error{Error::Code::kUnavailable, "the file has become shorter"})
                    : std::move(piece));
    };
    pool_ == nullptr ? whole(read()) : pool_->run(read, whole);
  }

 private:
  const File file_;
  const std::uint64_t size_;
  std::uint64_t at_, left_;
  BlockingPool* pool_;
};

Status write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto wrote = ::write(fd, bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return failure("cannot store the body");
    bytes.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return Ok{};
}

}  // namespace

Result<std::shared_ptr<FileSink>> FileSink::make(const std::string& folder, BlockingPool* pool) {
  std::string path = folder + "/upload-XXXXXX";
  const int fd = ::mkostemp(path.data(), O_CLOEXEC);
  if (fd < 0) return failure("cannot make a file in " + folder);
  return std::shared_ptr<FileSink>(new FileSink(fd, std::move(path), pool));
}

FileSink::~FileSink() {
  ::close(fd_);
  if (!kept_) ::unlink(path_.c_str());
}

void FileSink::write(std::string piece, Done done) {
  size_ += piece.size();
  auto work = [self = shared_from_this(), piece = std::move(piece)] { return write_all(self->fd_, piece); };
  pool_ == nullptr ? done(work()) : pool_->run(std::move(work), std::move(done));
}

void FileSink::finish(Done done) { done(Ok{}); }

Status FileSink::keep(const std::string& path) {
  if (::fdatasync(fd_) != 0) return failure("cannot store the body");
  if (::rename(path_.c_str(), path.c_str()) != 0) return failure("cannot move the body to " + path);
  path_ = path;
  kept_ = true;
  const std::string folder = path.substr(0, path.find_last_of('/') + 1);
  const Descriptor opened(::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened.get() < 0 || ::fsync(opened.get()) != 0) return failure("cannot store the name of the body");
  return Ok{};
}

namespace {

Result<HttpContent> content_of(Result<RegularFile> opened, std::string type, BlockingPool* pool) {
  if (!opened) return opened.error();
  const struct stat facts = opened.value().facts();
  const auto file = std::make_shared<const Descriptor>(opened.value().release());
  char etag[80];
  std::snprintf(etag, sizeof etag, "\"%llx-%llx-%llx.%lx\"", static_cast<unsigned long long>(facts.st_ino),
                static_cast<unsigned long long>(facts.st_size), static_cast<unsigned long long>(facts.st_mtim.tv_sec),
                static_cast<unsigned long>(facts.st_mtim.tv_nsec));
  HttpContent out;
  out.type = std::move(type);
  out.etag = etag;
  out.size = static_cast<std::uint64_t>(facts.st_size);
  out.open = [file, pool](std::uint64_t first, std::uint64_t count) -> std::shared_ptr<HttpSource> {
    return std::make_shared<FileSource>(file, first, count, pool);
  };
  return out;
}

}  // namespace

Result<HttpContent> file_content(const std::string& path, std::string type, BlockingPool* pool) {
  return content_of(open_regular_file(path), std::move(type), pool);
}

Result<HttpContent> own_file_content(const std::string& path, std::string type, BlockingPool* pool) {
  return content_of(open_regular_file(path, O_NOFOLLOW), std::move(type), pool);
}

}  // namespace im
