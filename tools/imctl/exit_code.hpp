#pragma once

namespace im::imctl {

/// How imctl ends. Scripts decide by it, so a number keeps its meaning (docs/operations.md "imctl").
enum Exit : int {
  kOk = 0,
  kFailed = 1,        ///< refused, not found, not done
  kUsage = 2,         ///< not a command
  kBadConfig = 3,     ///< a configuration file that a daemon would not take
  kUnreachable = 4,   ///< nobody answered
  kNotMet = 5,        ///< it was checked, and does not hold: a check with findings, a bench that lost something
  kInterrupted = 130  ///< Ctrl-C
};

}  // namespace im::imctl
