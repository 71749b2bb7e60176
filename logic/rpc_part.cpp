#include "logic/rpc_part.hpp"

#include <grpcpp/server.h>

#include "common/rpc/server.hpp"
#include "logic/logic_rpc.hpp"

namespace im::logic {

RpcPart::RpcPart(const GrpcConfig& config, const NodePolicy& policy, IdentityPart& identity, RequestRouter& requests,
                 RoutersPart& routers)
    : config_(config),
      service_(make_logic_service(identity.connections(), requests, routers.nodes(), policy, routers.calls())) {}

RpcPart::~RpcPart() { stop(); }

void RpcPart::start() { grpc_ = rpc::start_server(config_.listens_at(), {service_.get()}, config_.max_connection_age); }

void RpcPart::stop() {
  if (grpc_ == nullptr) return;
  grpc_->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(1));
  grpc_->Wait();
  grpc_.reset();
}

}  // namespace im::logic
