#include "tests/unit/logic/media/failing_disk.hpp"

#include <atomic>
#include <cerrno>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

std::atomic<int> left{0};  ///< 0: none fails
std::atomic<int> why{EIO};

int synced(long call, int fd) {
  if (left > 0 && --left == 0) {
    errno = why;
    return -1;
  }
  return static_cast<int>(::syscall(call, fd));
}

}  // namespace

// In place of those of the C library, which is linked after the program.
extern "C" int fdatasync(int fd) { return synced(SYS_fdatasync, fd); }
extern "C" int fsync(int fd) { return synced(SYS_fsync, fd); }

namespace im::test {

void fail_sync(int nth, int error) {
  why = error;
  left = nth;
}
bool has_failed_sync() { return left.exchange(0) == 0; }

}  // namespace im::test
