#pragma once

#include <functional>

#include "common/http/http_server.hpp"
#include "logic/part.hpp"
#include "logic/routers/node_list.hpp"
#include "logic/routers/node_policy.hpp"
#include "logic/web/web_config.hpp"

namespace im::logic {

/// The header lines of every page: no script, style or connection but those of this cluster. Pure.
HttpFields page_headers(const WebConfig& config);

/// The pages of the public port, and `GET /v1/nodes`, which tells them where the comets are.
class WebPart final : public Part {
 public:
  using Nodes = std::function<std::vector<NodeInfo>()>;
  WebPart(WebConfig config, NodePolicy policy, Nodes nodes)
      : config_(std::move(config)), policy_(std::move(policy)), nodes_(std::move(nodes)) {}
  void add_routes(const Ports& ports) override;
  /// The answer of `GET /v1/nodes`.
  HttpResponse nodes() const;

 private:
  std::vector<std::string> addresses() const;

  WebConfig config_;
  NodePolicy policy_;
  Nodes nodes_;
};

}  // namespace im::logic
