#include "tools/picture/limits.hpp"

#include <array>
#include <sys/prctl.h>
#include <sys/resource.h>

namespace im::picture {

namespace {

struct Limit {
  __rlimit_resource what;
  rlim_t most;
};
/// 40 megapixels are 160 MiB, and a turned one or a smaller one beside it.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr rlim_t kMemory = RLIM_INFINITY;  // their shadow needs all addresses
#else
constexpr rlim_t kMemory = 768UL << 20;
#endif
constexpr std::array kLimits = {Limit{RLIMIT_AS, kMemory}, Limit{RLIMIT_CPU, 20}, Limit{RLIMIT_FSIZE, 128UL << 20},
                                Limit{RLIMIT_NOFILE, 16}, Limit{RLIMIT_CORE, 0}};

}  // namespace

bool limit_this_process() {
  for (const Limit& limit : kLimits) {
    const rlimit both{limit.most, limit.most};
    if (::setrlimit(limit.what, &both) != 0) return false;
  }
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
}

}  // namespace im::picture
