#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>

#include "common/base/result.hpp"
#include "common/pki/cluster_files.hpp"
#include "common/rpc/tls_refusals.hpp"

namespace grpc::experimental {
class CertificateProviderInterface;
}  // namespace grpc::experimental

namespace im::rpc {

class MemoryFile;

/// TLS between daemons: both ends show a certificate of an authority of the cluster; a client takes a server of the
/// role it looks for only, and a server lets each role call what method_roles() says. TLS 1.2 and 1.3 with the ciphers
/// of gRPC. Any thread.
class ClusterTls : public std::enable_shared_from_this<ClusterTls> {
 public:
  /// `role`: of this process. kInvalid: which file, what is wrong with it.
  static Result<std::shared_ptr<ClusterTls>> load(pki::ClusterFiles files, pki::Role role);
  ~ClusterTls();

  /// Reads the files again. Connections that are open go on; new ones see what they say, within two seconds. On an
  /// error everything stays as it was.
  Status reload();

  std::shared_ptr<grpc::ServerCredentials> for_server();
  /// For channels to servers of this role.
  std::shared_ptr<grpc::ChannelCredentials> for_channel(pki::Role server);

  pki::Identity own() const;
  std::int64_t ends_s() const;  ///< when the certificate is over, Unix time
  /// Whether the other end of a new connection is taken, counted and logged if not. `wanted`: only this role.
  pki::Verdict judge(std::string_view certificate, std::string_view chain, pki::Side peer, const pki::Role* wanted,
                     const std::string& where);
  TlsRefusals& refusals() { return refusals_; }

 private:
  ClusterTls(pki::ClusterFiles files, pki::Role role, pki::ClusterIdentity identity);
  std::shared_ptr<const pki::ClusterIdentity> identity() const;

  const pki::ClusterFiles files_;
  const pki::Role role_;
  TlsRefusals refusals_;
  mutable std::mutex mutex_;
  std::shared_ptr<const pki::ClusterIdentity> identity_;  ///< guarded by mutex_
  std::unique_ptr<MemoryFile> shown_;                     ///< what gRPC shows to others; it looks once a second
  std::shared_ptr<grpc::experimental::CertificateProviderInterface> provider_;
};

/// What gRPC itself logs about handshakes that fail goes to `tls` from here on; the rest to our log.
void take_grpc_log(std::shared_ptr<ClusterTls> tls);

}  // namespace im::rpc
