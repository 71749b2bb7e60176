#pragma once

#include <memory>
#include <string>

#include <grpcpp/channel.h>

#include "common/pki/identity.hpp"
#include "common/rpc/process_tls.hpp"

namespace im::rpc {

/// A channel to a server of the role `server` at `address` ("host:port", "[::1]:port"; of a name with several addresses
/// round robin over those that are up), with keepalive (10 s), capped reconnect backoff (100 ms to 2 s) and a 4 MiB
/// message limit, never through a proxy. With TLS when `own` says who this process is; in plain text otherwise
/// (docs/mtls.md).
std::shared_ptr<grpc::Channel> make_channel(const std::string& address, pki::Role server,
                                            const std::shared_ptr<ClusterTls>& own = process_tls());

}  // namespace im::rpc
