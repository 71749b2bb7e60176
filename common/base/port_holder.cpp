#include "common/base/port_holder.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

namespace im {

namespace {

namespace fs = std::filesystem;

/// Inodes of sockets that listen on `port`.
std::set<std::string> listening_inodes(std::uint16_t port) {
  std::set<std::string> inodes;
  for (const char* table : {"/proc/net/tcp", "/proc/net/tcp6"}) {
    std::ifstream file(table);
    std::string line;
    std::getline(file, line);
    while (std::getline(file, line)) {
      std::istringstream fields(line);
      std::string slot, local, remote, state, queues, timer, retransmits, uid, timeout, inode;
      fields >> slot >> local >> remote >> state >> queues >> timer >> retransmits >> uid >> timeout >> inode;
      const std::size_t colon = local.find(':');
      unsigned number = 0;
      if (colon != std::string::npos)
        std::from_chars(local.data() + colon + 1, local.data() + local.size(), number, 16);
      if (state == "0A" && number == port) inodes.insert("socket:[" + inode + "]");
    }
  }
  return inodes;
}

bool table_holds_one(const fs::path& table, const std::set<std::string>& sockets) {
  std::error_code error;
  for (fs::directory_iterator it(table, error), end; !error && it != end; it.increment(error)) {
    std::error_code unreadable;
    if (sockets.contains(fs::read_symlink(it->path(), unreadable).string())) return true;
  }
  return false;
}

/// Threads may have tables of their own, as a comet's workers do.
bool holds_one(const fs::path& process, const std::set<std::string>& sockets) {
  if (table_holds_one(process / "fd", sockets)) return true;
  std::error_code error;
  for (fs::directory_iterator it(process / "task", error), end; !error && it != end; it.increment(error)) {
    if (table_holds_one(it->path() / "fd", sockets)) return true;
  }
  return false;
}

}  // namespace

std::string port_holder(std::uint16_t port) {
  const auto sockets = listening_inodes(port);
  if (sockets.empty()) return "";
  std::error_code error;
  for (fs::directory_iterator it("/proc", error), end; !error && it != end; it.increment(error)) {
    const std::string pid = it->path().filename().string();
    const bool number = std::all_of(pid.begin(), pid.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
    if (!number || !holds_one(it->path(), sockets)) continue;
    std::string name;
    std::getline(std::ifstream(it->path() / "comm"), name);
    return "pid " + pid + " (" + name + ")";
  }
  return "";
}

}  // namespace im
