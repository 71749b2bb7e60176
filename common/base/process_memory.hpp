#pragma once

#include <cstdint>
#include <optional>

namespace im {

/// Memory of a process as /proc tells it, in bytes.
struct ProcessMemory {
  std::uint64_t resident = 0;   ///< pages of files that are mapped included
  std::uint64_t anonymous = 0;  ///< of no file
};

/// nullopt: no such process, or it may not be looked at. Any thread.
std::optional<ProcessMemory> memory_of(int pid);

}  // namespace im
