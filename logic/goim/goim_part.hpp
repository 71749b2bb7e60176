#pragma once

#include "common/http/cors.hpp"
#include "logic/part.hpp"
#include "logic/push/push_part.hpp"
#include "logic/routers/node_policy.hpp"
#include "logic/routers/routers_part.hpp"

namespace im::logic {

/// goim's HTTP APIs, v2 and v1.
class GoimPart final : public Part {
 public:
  GoimPart(NodePolicy policy, RoutersPart& routers, PushPart& push)
      : policy_(std::move(policy)), routers_(routers), push_(push) {
    pages(policy_.origins);
  }
  void add_routes(const Ports& ports) override;
  /// Which pages of other sites may fetch the node list from here on.
  void pages(std::vector<std::string> origins) { http::set_origins(*cors_, std::move(origins)); }

 private:
  const NodePolicy policy_;
  RoutersPart& routers_;
  PushPart& push_;
  const std::shared_ptr<HttpCors> cors_ = std::make_shared<HttpCors>();
};

}  // namespace im::logic
