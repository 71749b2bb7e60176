#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace im::imctl {

/// Whose memory is read.
struct MemorySubjects {
  std::vector<std::pair<std::string, int>> processes;  ///< name and pid: any server on this machine
  std::vector<std::string> ops;                        ///< "http://HOST:PORT" of this project's daemons, for the parts
};

/// What processes and daemons have at a moment, in bytes by "NAME part": "comet user memory", "comet rows".
using MemoryReading = std::map<std::string, double>;

/// Throws Failure when a process or a daemon is not there.
MemoryReading read_memory(const MemorySubjects& subjects);

/// "comet=1234". Throws UsageError.
std::pair<std::string, int> parse_process(const std::string& text);

/// What `after` has more than `before`, divided by `count`. Pure.
MemoryReading per_connection(const MemoryReading& before, const MemoryReading& after, std::size_t count);

}  // namespace im::imctl
