#include "common/daemon/descriptors.hpp"

#include <algorithm>
#include <sys/resource.h>

#include "common/base/log.hpp"

namespace im {

namespace {
/// Where the hard limit is none.
constexpr std::uint64_t kMost = std::uint64_t{1} << 24;
}  // namespace

Descriptors split_descriptors(std::uint64_t limit) {
  const std::uint64_t reserve = std::clamp<std::uint64_t>(limit / 8, 64, 1024);
  return {limit, std::min(limit, reserve)};
}

std::size_t Descriptors::for_peers(int wanted) const {
  return clamp_to_descriptors("grpc.max_connections", static_cast<std::uint64_t>(wanted), reserve / 2);
}

Descriptors raise_descriptors() {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  const rlim_t before = files.rlim_cur;
  files.rlim_cur = std::min<rlim_t>(files.rlim_max, kMost);
  if (files.rlim_cur > before) ::setrlimit(RLIMIT_NOFILE, &files);
  ::getrlimit(RLIMIT_NOFILE, &files);
  return split_descriptors(std::min<std::uint64_t>(files.rlim_cur, kMost));
}

std::uint64_t clamp_to_descriptors(const char* key, std::uint64_t wanted, std::uint64_t there) {
  if (wanted == 0) return there;
  if (wanted <= there) return wanted;
  log::warn("fewer connections than configured: the process may not open more files (LimitNOFILE, ulimit -n)",
            {{"key", key}, {"wanted", wanted}, {"taken", there}});
  return there;
}

}  // namespace im
