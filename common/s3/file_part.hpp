#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "common/client/http_client.hpp"

namespace im::s3 {

/// An open local file. Any thread.
class LocalFile {
 public:
  /// kUnavailable: see the message.
  static Result<std::shared_ptr<const LocalFile>> open(const std::string& path);
  ~LocalFile();
  LocalFile(const LocalFile&) = delete;
  LocalFile& operator=(const LocalFile&) = delete;

  std::uint64_t size() const { return size_; }
  /// 0: it cannot be read, or it ends there.
  std::size_t read(std::uint64_t at, char* into, std::size_t most) const;

 private:
  LocalFile(int fd, std::uint64_t size) : fd_(fd), size_(size) {}
  const int fd_;
  const std::uint64_t size_;
};
using LocalFileRef = std::shared_ptr<const LocalFile>;

/// Some bytes of a file as the body of a call.
class FilePart final : public client::BodyReader {
 public:
  FilePart(LocalFileRef file, std::uint64_t first, std::uint64_t count)
      : file_(std::move(file)), first_(first), count_(count) {}
  std::uint64_t size() const override { return count_; }
  std::size_t read(std::uint64_t at, char* into, std::size_t most) const override {
    return file_->read(first_ + at, into, most);
  }
  /// Of its bytes. kUnavailable: they cannot be read.
  Result<std::string> sha256() const;

 private:
  const LocalFileRef file_;
  const std::uint64_t first_, count_;
};

}  // namespace im::s3
