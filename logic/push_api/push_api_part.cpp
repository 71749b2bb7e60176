#include "logic/push_api/push_api_part.hpp"

#include <grpcpp/server.h>

#include "common/daemon/metrics.hpp"
#include "common/rpc/server.hpp"
#include "logic/push_api/push_api_rpc.hpp"
#include "logic/push_api/push_http.hpp"

namespace im::logic {

PushApiPart::PushApiPart(const PushApiConfig& config, std::size_t body_limit, std::chrono::milliseconds max_age,
                         RoutersPart& routers, PushPart& push)
    : config_(config),
      max_age_(max_age),
      keys_file_(config.keys_file, keys_),
      api_(keys_, push.push(), push.fates(), routers.shared()) {
  limits_.body = body_limit;
}

PushApiPart::~PushApiPart() { stop(); }

void PushApiPart::add_routes(const Ports& ports) {
  add_push_api_routes(ports.push, api_, limits_);
  if (config_.on_public_port) add_push_api_routes(ports.open, api_, limits_);
}

void PushApiPart::add_metrics(MetricsPage& page) const {
  const PushApiStats& stats = api_.stats();
  const char* name = "im_logic_push_api_total";
  const char* help = "Pushes of /v1/push that were accepted or failed, and calls that were refused, by outcome.";
  for (const auto& [outcome, value] :
       {std::pair<const char*, const std::atomic<std::uint64_t>*>{"accepted", &stats.accepted},
        {"failed", &stats.failed},
        {"unauthenticated", &stats.unauthenticated},
        {"forbidden", &stats.forbidden},
        {"rate_limited", &stats.rate_limited},
        {"replayed", &stats.replayed},
        {"idempotency_conflict", &stats.conflicts},
        {"idempotency_unremembered", &stats.unremembered}})
    page.counter(name, help, static_cast<double>(value->load()), {{"outcome", outcome}});
  page.counter("im_logic_push_api_grpc_refused_total", "gRPC connections of backends closed because 512 were open.",
               grpc_ ? static_cast<double>(grpc_->refused()) : 0);
  page.gauge("im_logic_push_api_keys", "API keys in force.", static_cast<double>(keys_.size()));
}

void PushApiPart::start() {
  keys_file_.look();
  if (config_.grpc_port < 0) return;
  service_ = make_push_api_service(api_, limits_);
  grpc_ = rpc::start_server(config_.grpc_bind + ":" + std::to_string(config_.grpc_port), {service_.get()},
                            {.max_connection_age = max_age_});
}

void PushApiPart::stop() {
  if (grpc_ == nullptr) return;
  grpc_->shutdown(std::chrono::seconds(1));
  grpc_.reset();
}

}  // namespace im::logic
