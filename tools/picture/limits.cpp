#include "tools/picture/limits.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace im::picture {

namespace {

struct Limit {
  __rlimit_resource what;
  rlim_t most;
  rlim_t end = most;  ///< killed there
};
/// 40 megapixels are 160 MiB, and a turned one or a smaller one beside it.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr rlim_t kMemory = RLIM_INFINITY;  // their shadow needs all addresses
#else
constexpr rlim_t kMemory = 768UL << 20;
#endif
// SIGXCPU says whose fault it was, SIGKILL does not.
constexpr std::array kLimits = {Limit{RLIMIT_AS, kMemory}, Limit{RLIMIT_CPU, 20, 22}, Limit{RLIMIT_NOFILE, 16},
                                Limit{RLIMIT_CORE, 0}};
constexpr int kMoreNice = 5;

bool set(const Limit& limit) {
  const rlimit both{limit.most, limit.end};
  return ::setrlimit(limit.what, &both) == 0;
}

}  // namespace

bool limit_this_process(std::size_t file_bytes) {
  if (!set({RLIMIT_FSIZE, file_bytes}) || !std::ranges::all_of(kLimits, set)) return false;
  (void)!::nice(kMoreNice);  // who talks to people goes first
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
}

bool end_with_the_caller() {
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) return false;
  pollfd reader{STDOUT_FILENO, 0, 0};  // it may have died before
  return ::poll(&reader, 1, 0) == 0 || (reader.revents & POLLERR) == 0;
}

}  // namespace im::picture
