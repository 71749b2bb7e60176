#pragma once

#include <functional>
#include <thread>
#include <vector>

/// Tables of descriptors that belong to one thread (unshare(2), CLONE_FILES). RLIMIT_NOFILE counts for each table, so a
/// process of several holds more clients than it may open files (docs/decisions/0090).
namespace im::comet {

/// What is open in the calling thread's table, ascending; empty when /proc does not say.
std::vector<int> open_descriptors();

/// Whether the system lets a thread have its own table, tried by a thread that ends with it: seccomp profiles of
/// containers may refuse.
bool own_tables_work();

/// Starts a thread with a table of its own, in which `kept` (ascending) is open under the same numbers and nothing
/// else; with nothing to keep it shares the process's. The table ends with the thread, and closes what is in it.
/// Returns when the thread has it and begins with `run`. Throws std::runtime_error; then there is no thread.
std::thread thread_with_table(const std::vector<int>& kept, std::function<void()> run);

}  // namespace im::comet
