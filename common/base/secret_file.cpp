#include "common/base/secret_file.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace im {

namespace {

constexpr std::size_t kLongest = std::size_t{1} << 20;

class File {
 public:
  File(const std::string& path, int flags) : fd_(::open(path.c_str(), flags | O_CLOEXEC | O_NONBLOCK, 0600)) {}
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int fd() const { return fd_; }

 private:
  int fd_;
};

bool is_credential(const std::string& path) {
  const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
  if (folder == nullptr || *folder == '\0') return false;
  const std::string below = std::string(folder) + "/";
  return path.starts_with(below) && path.find('/', below.size()) == std::string::npos;
}

Error unreadable() { return {Error::Code::kNotFound, std::string("cannot be read: ") + std::strerror(errno)}; }

/// "" or what is wrong with who may do what.
std::string exposed(const std::string& path, const struct stat& status, FileSecrecy secrecy) {
  if (is_credential(path)) return "";
  if (secrecy == FileSecrecy::kPublic) {
    return (status.st_mode & 022U) == 0 ? "" : "can be written by other users; chmod go-w " + path;
  }
  return (status.st_mode & 077U) == 0 ? "" : "is open to other users; chmod 600 " + path;
}

}  // namespace

Result<std::string> read_secret_file(const std::string& path, FileSecrecy secrecy) {
  const File file(path, O_RDONLY);
  struct stat status{};
  if (file.fd() < 0 || ::fstat(file.fd(), &status) != 0) return unreadable();
  if (!S_ISREG(status.st_mode)) return Error{Error::Code::kInvalid, "is no file"};
  if (auto wrong = exposed(path, status, secrecy); !wrong.empty()) return Error{Error::Code::kDenied, std::move(wrong)};
  std::string text(kLongest + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t got = ::read(file.fd(), text.data() + size, text.size() - size);
    if (got < 0) return unreadable();
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  if (size > kLongest) return Error{Error::Code::kInvalid, "is larger than 1 MiB"};
  text.resize(size);
  return text;
}

Status write_secret_file(const std::string& path, std::string_view text) {
  const std::string beside = path + ".new";
  bool written = false;
  {
    ::unlink(beside.c_str());  // what a writer left that died; never a file that others may have open
    const File file(beside, O_WRONLY | O_CREAT | O_EXCL);
    written = file.fd() >= 0 && ::write(file.fd(), text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
              ::fsync(file.fd()) == 0;
  }
  if (written && std::rename(beside.c_str(), path.c_str()) == 0) return Ok{};
  const std::string why = std::strerror(errno);
  if (written) ::unlink(beside.c_str());
  return Error{Error::Code::kDenied, path + ": cannot be written: " + why};
}

}  // namespace im
