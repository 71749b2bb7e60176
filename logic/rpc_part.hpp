#pragma once

#include <memory>

#include "common/daemon/descriptors.hpp"
#include "logic/http_config.hpp"
#include "logic/identity/identity_part.hpp"
#include "logic/part.hpp"
#include "logic/push/push_part.hpp"
#include "logic/requests/request_router.hpp"
#include "logic/routers/node_policy.hpp"
#include "logic/routers/routers_part.hpp"

namespace grpc {
class Service;
}  // namespace grpc

namespace im::rpc {
class Server;
}  // namespace im::rpc

namespace im::logic {

/// What comets call: proto/im/logic.proto.
class RpcPart final : public Part {
 public:
  RpcPart(const GrpcConfig& config, const NodePolicy& policy, IdentityPart& identity, RequestRouter& requests,
          RoutersPart& routers, PushPart& push, const Descriptors& descriptors);
  void add_metrics(MetricsPage& page) const override;
  ~RpcPart() override;
  void start() override;
  void stop() override;

 private:
  const GrpcConfig config_;
  const Descriptors descriptors_;
  std::unique_ptr<grpc::Service> service_;
  std::unique_ptr<rpc::Server> grpc_;
};

}  // namespace im::logic
