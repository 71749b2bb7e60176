#include "common/rpc/tls_refusals.hpp"

#include "common/base/log.hpp"

namespace im::rpc {

void TlsRefusals::count(const pki::Refusal& refusal, const std::string& where) {
  std::uint64_t untold = 0;
  {
    const std::lock_guard lock(mutex_);
    Row& row = rows_.at(static_cast<std::size_t>(refusal.why));
    ++row.count;
    untold = row.told.tell(monotonic_now());
  }
  if (untold > 0)
    log::warn("gRPC over TLS: refused",
              {{"reason", to_string(refusal.why)}, {"what", where}, {"why", refusal.text}, {"count", untold}});
}

std::uint64_t TlsRefusals::of(pki::Why why) const {
  const std::lock_guard lock(mutex_);
  return rows_.at(static_cast<std::size_t>(why)).count;
}

}  // namespace im::rpc
