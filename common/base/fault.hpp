#pragma once

#include <string_view>

/// Fault points: named places where a test build can kill, stall or skip, to hit a failure window exactly.
/// FAULT=point:action[:nth][,point:action...] in the environment; only in targets compiled with IM_FAULTS (never in
/// what is shipped).
///   action: kill (SIGKILL self), stall (sleep 5 s), skip (fire() returns true once: the caller leaves the step out),
///   always (fire() returns true each time)
namespace im::fault {

#ifdef IM_FAULTS
bool fire(std::string_view point);
#else
constexpr bool fire(std::string_view) { return false; }
#endif

}  // namespace im::fault
