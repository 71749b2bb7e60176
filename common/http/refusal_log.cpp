#include "common/http/refusal_log.hpp"

#include "common/base/log.hpp"

namespace im::http {

namespace {
constexpr std::size_t kMostReasons = 64;
}  // namespace

void RefusalLog::tell(std::string_view why, std::string_view peer) {
  std::uint64_t count = 0;
  {
    const std::lock_guard lock(mutex_);
    auto found = reasons_.find(why);
    if (found == reasons_.end() && reasons_.size() >= kMostReasons) found = reasons_.find(why = "others");
    if (found == reasons_.end()) found = reasons_.emplace(why, Repeat()).first;
    count = found->second.tell(monotonic_now());
  }
  if (count > 0)
    log::warn("http refused",
              {{"api", server_}, {"why", std::string(why)}, {"count", count}, {"last_peer", std::string(peer)}});
}

}  // namespace im::http
