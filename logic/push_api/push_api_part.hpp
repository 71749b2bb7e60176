#pragma once

#include <chrono>
#include <cstddef>
#include <memory>

#include "logic/part.hpp"
#include "logic/push/push_part.hpp"
#include "logic/push_api/key_ring.hpp"
#include "logic/push_api/push_api.hpp"
#include "logic/push_api/push_api_config.hpp"

namespace grpc {
class Service;
}  // namespace grpc

namespace im::rpc {
class Server;
}  // namespace im::rpc

namespace im::logic {

/// /v1/push and its gRPC twin.
class PushApiPart final : public Part {
 public:
  /// `body_limit`: bytes of one push. `max_age`: of a gRPC connection.
  PushApiPart(const PushApiConfig& config, std::size_t body_limit, std::chrono::milliseconds max_age,
              RoutersPart& routers, PushPart& push);
  ~PushApiPart() override;

  void add_routes(const Ports& ports) override;
  void add_metrics(MetricsPage& page) const override;
  void start() override;
  void tick(TimePoint) override { keys_file_.look(); }
  void stop() override;

 private:
  const PushApiConfig config_;
  PushLimits limits_;
  const std::chrono::milliseconds max_age_;
  KeyRing keys_;
  KeyRingFile keys_file_;
  PushApi api_;
  std::unique_ptr<grpc::Service> service_;
  std::unique_ptr<rpc::Server> grpc_;
};

}  // namespace im::logic
