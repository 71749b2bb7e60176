#pragma once

#include <functional>

#include "common/http/cors.hpp"
#include "common/http/http_server.hpp"
#include "logic/part.hpp"
#include "logic/routers/node_list.hpp"
#include "logic/routers/node_policy.hpp"
#include "logic/web/web_config.hpp"

namespace im::logic {

/// The header lines of every page: no script, style or connection but those of this cluster. `connect`: where it may
/// connect to, as sources. Pure.
HttpFields page_headers(const std::vector<std::string>& connect);

/// The pages of the public port, and `GET /v1/nodes`, which tells them where the comets are.
class WebPart final : public Part {
 public:
  using Nodes = std::function<std::vector<NodeInfo>()>;
  WebPart(WebConfig config, NodePolicy policy, Nodes nodes)
      : config_(std::move(config)), policy_(std::move(policy)), nodes_(std::move(nodes)) {
    pages(policy_.origins);
  }
  /// Which pages of other sites may fetch the list from here on.
  void pages(std::vector<std::string> origins) { http::set_origins(*cors_, std::move(origins)); }
  void add_routes(const Ports& ports) override;
  /// A file of the pages.
  void page(const HttpRequest& request, const HttpReply& reply) const;
  /// The answer of `GET /v1/nodes`.
  HttpResponse nodes() const;

 private:
  std::vector<std::string> addresses() const;
  /// Of pages that are loaded now.
  HttpFields headers() const;

  WebConfig config_;
  NodePolicy policy_;
  Nodes nodes_;
  const std::shared_ptr<HttpCors> cors_ = std::make_shared<HttpCors>();
};

}  // namespace im::logic
