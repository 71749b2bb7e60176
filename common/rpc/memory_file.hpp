#pragma once

#include <string>

namespace im::rpc {

/// A file that is nowhere but in memory, for libraries that read files by path. Gone with the process.
class MemoryFile {
 public:
  /// Throws std::runtime_error: the system gives none.
  explicit MemoryFile(const std::string& name);
  ~MemoryFile();
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  /// In place of what is in it, in one write: shorter texts are filled up with line ends.
  void write(std::string text);
  std::string path() const;  ///< for this process only

 private:
  int fd_;
  std::size_t size_ = 0;
};

}  // namespace im::rpc
