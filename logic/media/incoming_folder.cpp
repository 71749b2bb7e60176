#include "logic/media/incoming_folder.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "logic/media/planted.hpp"

namespace im::logic::media {

namespace {

constexpr std::size_t kHashPiece = 256U * 1024;
/// Bytes that are written out at once while more come. Small uploads are, by their sync.
constexpr std::uint64_t kWriteOut = 512U * 1024;

Error disk_error(const std::string& what) {
  return {errno == ENOENT ? Error::Code::kNotFound : Error::Code::kUnavailable, what + ": " + std::strerror(errno)};
}

/// With a signal in between it has said nothing yet.
bool is_synced(int fd, int (*sync)(int)) {
  while (sync(fd) != 0)
    if (errno != EINTR) return false;
  return true;
}

}  // namespace

IncomingFile::~IncomingFile() { ::close(fd_); }

Status IncomingFile::append(std::string_view bytes) {
  if (!is_linked()) return Error{Error::Code::kNotFound, "the upload is gone"};
  if (reserve_)
    if (auto admitted = reserve_->admit(bytes.size()); !admitted) return admitted;
  if (is_disk_full("media.append")) return disk_error("cannot store an upload");
  const std::uint64_t at = size_;
  auto wrote = write_all(bytes);
  hash(at, bytes.substr(0, static_cast<std::size_t>(size_ - at)));
  begin_write_out();
  return wrote;
}

Status IncomingFile::write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto wrote = ::pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(size_));
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return disk_error("cannot store an upload");
    size_ += static_cast<std::uint64_t>(wrote);
    bytes.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return Ok{};
}

/// Nothing where bytes before these are not hashed.
void IncomingFile::hash(std::uint64_t at, std::string_view bytes) {
  if (hashed_ != at) return;
  hash_->add(bytes);
  hashed_ += bytes.size();
}

/// So that sync() has little left to wait for. What fails here it is told: an error of a disk is kept for whoever asks
/// with fdatasync, and this does not ask.
void IncomingFile::begin_write_out() {
  if (size_ - written_out_ < kWriteOut) return;
  const std::uint64_t whole = size_ / kWriteOut * kWriteOut;
  ::sync_file_range(fd_, static_cast<off_t>(written_out_), static_cast<off_t>(whole - written_out_),
                    SYNC_FILE_RANGE_WRITE);
  written_out_ = whole;
}

bool IncomingFile::is_linked() const {
  struct stat held{};
  return ::fstat(fd_, &held) != 0 || held.st_nlink > 0;
}

/// Linux says once that bytes did not reach the disk, forgets them, and calls the next sync good.
Status IncomingFile::sync() {
  if (!is_disk_full("media.sync") && is_synced(fd_, ::fdatasync)) return Ok{};
  const Error why = disk_error("the disk has not kept the bytes of an upload");
  drop();
  return Error{Error::Code::kUnavailable, why.message};
}

/// With a second name it is finished bytes, too: a logic died before it took this one away.
void IncomingFile::drop() {
  struct stat held{};
  const bool has_one_name = ::fstat(fd_, &held) == 0 && held.st_nlink <= 1;
  if (!has_one_name || ::ftruncate(fd_, 0) != 0) ::unlink(path_.c_str());
  size_ = written_out_ = hashed_ = 0;
  hash_.emplace();
}

Result<std::string> IncomingFile::sha256() const {
  Sha256 all(*hash_);
  std::string piece(hashed_ < size_ ? kHashPiece : 0, '\0');
  for (std::uint64_t at = hashed_; at < size_;) {
    const auto got = ::pread(fd_, piece.data(), piece.size(), static_cast<off_t>(at));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return disk_error("cannot read an upload");
    all.add({piece.data(), static_cast<std::size_t>(got)});
    at += static_cast<std::uint64_t>(got);
  }
  return all.hex();
}

Status IncomingFile::has_its_name() const {
  struct stat named{};
  struct stat held{};
  if (::lstat(path_.c_str(), &named) == 0 && ::fstat(fd_, &held) == 0 && named.st_dev == held.st_dev &&
      named.st_ino == held.st_ino)
    return Ok{};
  return Error{Error::Code::kUnavailable, "the file of an upload was moved or replaced by somebody else"};
}

Result<std::string> IncomingFile::read(std::uint64_t at, std::size_t most) const {
  std::string bytes(most, '\0');
  const auto got = ::pread(fd_, bytes.data(), bytes.size(), static_cast<off_t>(at));
  if (got < 0) return disk_error("cannot read an upload");
  bytes.resize(static_cast<std::size_t>(got));
  return bytes;
}

Status sync_path(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return Error{Error::Code::kUnavailable, "cannot open " + path + ": " + std::strerror(errno)};
  const bool done = is_synced(fd, ::fsync);
  const int why = errno;
  ::close(fd);
  errno = why;
  return done ? Status(Ok{}) : Status(disk_error("cannot write " + path));
}

Status make_folder(const std::string& path) {
  std::error_code error;
  const auto parent = std::filesystem::path(path).parent_path();
  std::filesystem::create_directories(parent, error);
  const bool is_new = ::mkdir(path.c_str(), 0700) == 0;
  if (!is_new && errno != EEXIST) return disk_error("cannot make the folder " + path);
  if (::access(path.c_str(), W_OK | X_OK) != 0) return disk_error("cannot write into the folder " + path);
  if (!is_new || parent.empty()) return Ok{};
  auto synced = sync_path(parent.string());
  if (!synced) ::rmdir(path.c_str());  // the next one who wants it makes it, and asks the disk again
  return synced;
}

Result<IncomingFolder> IncomingFolder::make(const std::string& path, std::shared_ptr<DiskReserve> reserve) {
  if (auto made = make_folder(path); !made) return made.error();
  return IncomingFolder(path, std::move(reserve));
}

Status IncomingFolder::add(const std::string& id) const {
  constexpr int kAdd = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;  // a FIFO is refused, not waited for
  int fd = is_disk_full("media.add") ? -1 : ::open(path_of(id).c_str(), kAdd, 0600);
  if (fd < 0 && errno == ENOENT) {
    if (auto made = make_folder(path_); !made) return Error{Error::Code::kUnavailable, made.error().message};
    fd = ::open(path_of(id).c_str(), kAdd, 0600);
  }
  if (fd < 0) return Error{Error::Code::kUnavailable, std::string("cannot make an upload: ") + std::strerror(errno)};
  struct stat facts{};
  const bool is_empty = ::fstat(fd, &facts) == 0 && facts.st_size == 0;
  ::futimens(fd, nullptr);
  ::close(fd);
  auto synced = sync_path(path_);
  if (synced || !is_empty) return synced;
  // The next begin makes its name, and asks the disk again. Where somebody holds it, it is theirs (decision 117).
  if (const auto idle = hold_idle(id); idle.held && idle.held->size() == 0) remove(id);
  return synced;
}

Result<std::shared_ptr<IncomingFile>> IncomingFolder::open(const std::string& id) const {
  const int fd = ::open(path_of(id).c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (fd < 0) return disk_error("cannot open an upload");
  struct stat facts{};
  const bool held = ::flock(fd, LOCK_EX | LOCK_NB) == 0, is_busy = !held && errno == EWOULDBLOCK;
  const bool is_file = ::fstat(fd, &facts) == 0 && S_ISREG(facts.st_mode);
  // nlink: removed between open and lock.
  if (held && is_file && facts.st_nlink > 0)
    return std::make_shared<IncomingFile>(fd, path_of(id), static_cast<std::uint64_t>(facts.st_size), reserve_);
  ::close(fd);
  if (held && is_file) return Error{Error::Code::kNotFound, "the upload is gone"};
  if (is_busy) return Error{Error::Code::kConflict, "another request writes this upload"};
  return Error{Error::Code::kUnavailable, "cannot hold an upload"};
}

IncomingFolder::Idle IncomingFolder::hold_idle(const std::string& id) const {
  auto held = open(id);
  if (held) return {true, std::move(held).value()};
  return {held.error().code != Error::Code::kConflict, nullptr};
}

Result<IncomingFolder::Facts> IncomingFolder::look(const std::string& id) const {
  struct stat facts{};
  if (::lstat(path_of(id).c_str(), &facts) != 0) return disk_error("cannot look at an upload");
  return Facts{static_cast<std::uint64_t>(facts.st_size),
               std::int64_t{facts.st_mtim.tv_sec} * 1000 + facts.st_mtim.tv_nsec / 1'000'000, S_ISREG(facts.st_mode)};
}

bool IncomingFolder::remove(const std::string& id) const { return ::remove(path_of(id).c_str()) == 0; }

std::vector<std::string> IncomingFolder::names() const {
  std::vector<std::string> names;
  std::error_code error;
  for (std::filesystem::directory_iterator at(path_, error), end; !error && at != end; at.increment(error))
    names.push_back(at->path().filename().string());
  return names;
}

}  // namespace im::logic::media
