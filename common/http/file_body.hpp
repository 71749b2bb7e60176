#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "common/http/content.hpp"

/// Files as bodies: an upload goes to disk and a download comes from it in pieces, so neither is ever in memory.
namespace im {

class BlockingPool;

/// The body of a request in a new file of `folder` (mode 0600), which goes when the sink does, unless it was kept.
/// Written on the pool, or on the server's thread where `pool` is nullptr (fine for a local disk and small bodies).
class FileSink final : public HttpSink, public std::enable_shared_from_this<FileSink> {
 public:
  /// kUnavailable: the file cannot be made, see the message. `pool` outlives the sink.
  static Result<std::shared_ptr<FileSink>> make(const std::string& folder, BlockingPool* pool);
  ~FileSink() override;
  FileSink(const FileSink&) = delete;
  FileSink& operator=(const FileSink&) = delete;

  void write(std::string piece, Done done) override;
  void finish(Done done) override;

  const std::string& path() const { return path_; }
  std::uint64_t size() const { return size_; }  ///< after finish()
  /// After finish(): on disk for good under that name, in the same file system. Blocks.
  Status keep(const std::string& path);

 private:
  FileSink(int fd, std::string path, BlockingPool* pool) : fd_(fd), path_(std::move(path)), pool_(pool) {}

  int fd_;
  std::string path_;
  BlockingPool* pool_;
  std::uint64_t size_ = 0;
  bool kept_ = false;
};

/// A regular file as content; its ETag is made of inode, size and time of change. Read on the pool, or on the server's
/// thread where `pool` is nullptr. kNotFound: no such file, or none that is regular. Opens the file: blocks.
Result<HttpContent> file_content(const std::string& path, std::string type, BlockingPool* pool);
/// The same of a folder whose files are all ours: kNotFound, too, where the name is a symbolic link, wherever it leads.
Result<HttpContent> own_file_content(const std::string& path, std::string type, BlockingPool* pool);

}  // namespace im
