#include "common/daemon/cluster_identity.hpp"

#include <array>
#include <stdexcept>

#include "common/base/log.hpp"
#include "common/rpc/process_tls.hpp"

namespace im {

namespace {

constexpr std::array kReasons{pki::Why::kNoCertificate, pki::Why::kUnknownAuthority, pki::Why::kExpired,
                              pki::Why::kOtherCluster,  pki::Why::kNoRole,           pki::Why::kWrongRole,
                              pki::Why::kMethod,        pki::Why::kHandshake};
static_assert(kReasons.size() == pki::kWhys);

void add_metrics(Metrics& metrics, std::shared_ptr<rpc::ClusterTls> tls) {
  metrics.add([tls = std::move(tls)](MetricsPage& page) {
    for (const pki::Why why : kReasons)
      page.counter("im_grpc_tls_refused_total",
                   "gRPC connections and calls that TLS between daemons refused, by reason.",
                   static_cast<double>(tls->refusals().of(why)), {{"reason", to_string(why)}});
    page.gauge("im_grpc_tls_certificate_ends_seconds", "When the certificate of grpc_tls is over, Unix time.",
               static_cast<double>(tls->ends_s()));
  });
}

void tell(const rpc::ClusterTls& tls) {
  log::info("gRPC over TLS", {{"as", tls.own().uri()}, {"ends_s", tls.ends_s()}});
}

}  // namespace

void join_cluster(const pki::TlsSection& section, pki::Role role, DaemonContext& context) {
  if (!section.on()) return;
  auto loaded = rpc::ClusterTls::load(section.files, role);
  if (!loaded) throw std::runtime_error("grpc_tls: " + loaded.error().message);
  const auto& tls = loaded.value();
  rpc::become(tls);
  tell(*tls);
  add_metrics(context.metrics, tls);
  context.live_keys.each_time("grpc_tls.certificate", [tls]() -> Status {
    Status read = tls->reload();
    if (read.ok()) tell(*tls);
    return read;
  });
}

}  // namespace im
