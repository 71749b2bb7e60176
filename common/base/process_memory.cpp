#include "common/base/process_memory.hpp"

#include <fstream>
#include <string>

namespace im {

std::optional<ProcessMemory> memory_of(int pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  if (!status) return std::nullopt;
  ProcessMemory memory;
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) memory.resident = std::stoull(line.substr(6)) * 1024;
    if (line.starts_with("RssAnon:")) memory.anonymous = std::stoull(line.substr(8)) * 1024;
  }
  return memory;
}

}  // namespace im
