#pragma once

#include <string>

#include "common/base/result.hpp"

namespace im::sql {

/// "This file is mine" between processes, as long as the object lives; the kernel lets go when the process dies.
class LockFile {
 public:
  /// kConflict: another process has it (the text says which).
  static Result<LockFile> take(const std::string& path);
  LockFile(LockFile&& other) noexcept;
  LockFile& operator=(LockFile&& other) noexcept;
  ~LockFile();

 private:
  explicit LockFile(int fd) : fd_(fd) {}
  int fd_ = -1;
};

}  // namespace im::sql
