#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/file_stamp.hpp"
#include "common/keys/admin_file.hpp"

namespace im::logic {

/// Who may log in: follows the file. One that cannot be read any more changes nothing and is told in the log; one that
/// cannot be read at the start is an error.
class AdminBook {
 public:
  /// Throws std::runtime_error.
  explicit AdminBook(std::string path);
  /// Any thread.
  std::optional<AdminUser> find(std::string_view login) const;
  /// Every second or so, on one thread.
  void look();

 private:
  const std::string path_;
  FileStamp stamp_;
  mutable std::mutex mutex_;
  std::vector<AdminUser> users_;
};

}  // namespace im::logic
