#pragma once

#include <string>
#include <vector>

#include "common/config/options.hpp"
#include "common/pki/cluster_files.hpp"

namespace im::pki {

/// Section "grpc_tls": TLS between the daemons (docs/mtls.md).
struct TlsSection {
  ClusterFiles files;
  bool plain_text = false;
  bool on() const { return !files.certificate.empty() || !files.key.empty() || !files.ca.empty(); }
};

/// A gRPC port of the daemon: where it binds; the port is off below 0.
struct GrpcPort {
  std::string key;  ///< "grpc.bind"
  const std::string* bind;
  const int* port;
};

/// Daemons that it calls: "HOST:PORT" each.
struct GrpcPeers {
  std::string key;  ///< "router.addresses"
  const std::vector<std::string>* addresses;
};

/// `role`: of the daemon; its certificate must be of it. `ports` and `peers`: those may be beyond this machine in plain
/// text only when `plain_text` says so. A name other than localhost is beyond it. All targets outlive `options`.
void describe(config::Options& options, TlsSection& section, Role role, std::vector<GrpcPort> ports,
              std::vector<GrpcPeers> peers = {});

}  // namespace im::pki
