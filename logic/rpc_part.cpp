#include "logic/rpc_part.hpp"

#include <grpcpp/server.h>

#include "common/daemon/metrics.hpp"
#include "common/rpc/server.hpp"
#include "logic/logic_rpc.hpp"

namespace im::logic {

RpcPart::RpcPart(const GrpcConfig& config, const NodePolicy& policy, IdentityPart& identity, RequestRouter& requests,
                 RoutersPart& routers, PushPart& push, const Descriptors& descriptors)
    : config_(config),
      descriptors_(descriptors),
      service_(make_logic_service(identity.connections(), requests, policy, routers, push.fates())) {}

RpcPart::~RpcPart() { stop(); }

void RpcPart::start() {
  const std::size_t most = descriptors_.for_peers(config_.max_connections);
  grpc_ = rpc::start_server(config_.listens_at(), {service_.get()}, {most, config_.max_connection_age});
}

void RpcPart::add_metrics(MetricsPage& page) const {
  page.counter("im_logic_grpc_refused_total", "gRPC connections closed because grpc.max_connections were open.",
               grpc_ ? static_cast<double>(grpc_->refused()) : 0);
}

void RpcPart::stop() {
  if (grpc_ == nullptr) return;
  grpc_->shutdown(std::chrono::seconds(1));
  grpc_.reset();
}

}  // namespace im::logic
