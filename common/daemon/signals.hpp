#pragma once

#include <chrono>

namespace im {

/// Blocks TERM, INT, HUP, USR1 and USR2 in this thread and all it starts; ignores PIPE. Call before any thread starts.
void block_signals();
/// Waits for TERM, INT, HUP or USR1 (their number), or for wake() (0).
int wait_signal();
/// The same, at most so long; 0, too, when none came.
int wait_signal(std::chrono::milliseconds most);
/// From any thread: ends wait_signal() with 0.
void wake_waiter();
/// A thread that ends the process with 128 + signal at the next TERM or INT. Used while draining.
void exit_on_next_signal();

}  // namespace im
