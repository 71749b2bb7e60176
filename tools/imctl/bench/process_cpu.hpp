#pragma once

namespace im::imctl {

/// Seconds of CPU, user and system, that a process of this machine has taken so far. Throws Failure when it is not
/// there.
double cpu_seconds(int pid);

}  // namespace im::imctl
