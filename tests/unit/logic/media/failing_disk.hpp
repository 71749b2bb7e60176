#pragma once

#include <cerrno>

namespace im::test {

/// One sync of this process fails with that error, that many calls from now (1: the next one). As Linux does it, the
/// calls after that say that all is well. The program has its own fdatasync() and fsync() for it (failing_disk.cpp).
void fail_sync(int nth, int error = EIO);
/// No sync fails any more. False: it was not called so often.
bool has_failed_sync();

}  // namespace im::test
