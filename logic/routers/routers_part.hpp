#pragma once

#include <memory>

#include "common/base/domain_thread.hpp"
#include "common/daemon/health.hpp"
#include "common/routers/router_map.hpp"
#include "logic/part.hpp"
#include "logic/routers/grpc_session_directory.hpp"
#include "logic/routers/node_list.hpp"
#include "logic/routers/router_calls.hpp"
#include "logic/routers/routers_config.hpp"
#include "logic/routers/shared_table.hpp"

namespace im::logic {

/// The way to the routers: sessions, small shared state, nodes.
class RoutersPart final : public Part {
 public:
  RoutersPart(const RoutersConfig& config, const NodeInfo& self, Health& health);
  ~RoutersPart() override;
  RouterCalls& calls() { return calls_; }
  RouterCalls& prompt_calls() { return prompt_calls_; }  ///< for leases: a burst of the others does not hold them up
  SessionDirectory& sessions() { return *sessions_; }
  SharedTable& shared() { return *shared_; }
  NodeList& nodes() { return nodes_; }
  /// router.addresses, anew. Any thread.
  void learn_of(const std::vector<std::string>& routers) { map_.learn_of(routers); }

  void add_metrics(MetricsPage& page) const override;
  void start() override;
  void stop() override;

 private:
  DomainThread timers_;  ///< of calls to routers
  routers::RouterMap map_;
  RouterCalls calls_;
  RouterCalls prompt_calls_;
  std::unique_ptr<GrpcSessionDirectory> sessions_;
  std::unique_ptr<SharedTable> shared_;
  NodeList nodes_;
};

}  // namespace im::logic
