#include "common/rpc/process_tls.hpp"

namespace im::rpc {

namespace {

/// Never freed: channels are made and let go until the process ends.
std::shared_ptr<ClusterTls>& held() {
  static auto* const own = new std::shared_ptr<ClusterTls>;
  return *own;
}

}  // namespace

const std::shared_ptr<ClusterTls>& process_tls() { return held(); }

void become(std::shared_ptr<ClusterTls> tls) {
  take_grpc_log(tls);
  held() = std::move(tls);
}

}  // namespace im::rpc
