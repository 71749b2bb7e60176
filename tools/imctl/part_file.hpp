#pragma once

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

#include "tools/imctl/api.hpp"

namespace im::imctl {

/// The file that a download grows in: ours alone, and gone when the download does not come to its end.
class PartFile {
 public:
  explicit PartFile(const std::string& path) : path_(path + ".part") {
    if (std::filesystem::exists(std::filesystem::symlink_status(path_)))
      throw Failure(path_ + " is there already; take it away, or say where to");
    file_.open(path_, std::ios::binary | std::ios::trunc);
    if (!file_) throw Failure("cannot write " + path_ + ": " + std::strerror(errno));
    unfinished() = path_.c_str();
  }
  ~PartFile() {
    unfinished() = nullptr;
    std::error_code ignored;
    if (!kept_) std::filesystem::remove(path_, ignored);
  }
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;

  void add(const std::string& bytes) { file_ << bytes; }
  void keep(const std::string& path) {
    file_.close();
    if (!file_) throw Failure("cannot write " + path_);
    std::filesystem::rename(path_, path);
    kept_ = true;
  }

  /// From now on SIGINT and SIGTERM take the file that grows away before they end the process.
  static void end_at_signals() {
    struct sigaction action{};
    action.sa_handler = [](int signal) {
      if (const char* path = unfinished()) ::unlink(path);
      ::raise(signal);
    };
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    for (const int signal : {SIGINT, SIGTERM}) ::sigaction(signal, &action, nullptr);
    static_assert(std::atomic<const char*>::is_always_lock_free);
  }

 private:
  /// The newest one of this process.
  static std::atomic<const char*>& unfinished() {
    static constinit std::atomic<const char*> path{nullptr};
    return path;
  }

  const std::string path_;
  std::ofstream file_;
  bool kept_ = false;
};

}  // namespace im::imctl
