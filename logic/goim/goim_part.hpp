#pragma once

#include "logic/part.hpp"
#include "logic/push/push_part.hpp"
#include "logic/routers/node_policy.hpp"
#include "logic/routers/routers_part.hpp"

namespace im::logic {

/// goim's HTTP APIs, v2 and v1.
class GoimPart final : public Part {
 public:
  GoimPart(NodePolicy policy, RoutersPart& routers, PushPart& push)
      : policy_(std::move(policy)), routers_(routers), push_(push) {}
  void add_routes(const Ports& ports) override;

 private:
  const NodePolicy policy_;
  RoutersPart& routers_;
  PushPart& push_;
};

}  // namespace im::logic
