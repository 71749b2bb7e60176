#include "common/rpc/cluster_tls.hpp"

#include <utility>

#include <grpc/support/log.h>
#include <grpcpp/security/auth_metadata_processor.h>
#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_certificate_verifier.h>
#include <grpcpp/security/tls_credentials_options.h>

#include "common/base/log.hpp"
#include "common/rpc/memory_file.hpp"
#include "common/rpc/method_roles.hpp"

namespace im::rpc {

namespace {

namespace tls = grpc::experimental;

constexpr unsigned kLookSeconds = 1;

std::string_view view(grpc::string_ref text) { return {text.data(), text.size()}; }

/// Asked in each handshake, before a byte of HTTP/2 is read.
class Verifier final : public tls::ExternalCertificateVerifier {
 public:
  Verifier(std::shared_ptr<ClusterTls> own, pki::Side peer, std::optional<pki::Role> wanted)
      : own_(std::move(own)), peer_(peer), wanted_(wanted) {}

  bool Verify(tls::TlsCustomVerificationCheckRequest* request, std::function<void(grpc::Status)> /*later*/,
              grpc::Status* status) override {
    const pki::Verdict verdict =
        own_->judge(view(request->peer_cert()), view(request->peer_cert_full_chain()), peer_,
                    wanted_ ? &*wanted_ : nullptr, where(std::string(view(request->target_name()))));
    if (const auto* refusal = std::get_if<pki::Refusal>(&verdict))
      *status = {grpc::StatusCode::UNAUTHENTICATED, refusal->text};
    return true;
  }
  void Cancel(tls::TlsCustomVerificationCheckRequest* /*request*/) override {}

 private:
  std::string where(const std::string& target) const {
    if (!wanted_) return "a client's connection";
    return std::string("a connection to a ") + to_string(*wanted_) + " at " + target;
  }
  const std::shared_ptr<ClusterTls> own_;
  const pki::Side peer_;
  const std::optional<pki::Role> wanted_;
};

/// Asked for each call: callback and synchronous services, known methods and others.
class CallGate final : public grpc::AuthMetadataProcessor {
 public:
  explicit CallGate(std::shared_ptr<ClusterTls> own) : own_(std::move(own)) {}
  bool IsBlocking() const override { return false; }

  grpc::Status Process(const InputMetadata& metadata, grpc::AuthContext* context, OutputMetadata* /*consumed*/,
                       OutputMetadata* /*response*/) override {
    const auto path = metadata.find(":path");
    const std::string_view method = path == metadata.end() ? "" : view(path->second);
    const auto names = context->FindPropertyValues(GRPC_PEER_SPIFFE_ID_PROPERTY_NAME);
    const auto caller = pki::parse_identity(names.size() == 1 ? view(names.front()) : "");
    if (caller && may_call(caller.value().role, method)) return grpc::Status::OK;
    const std::string who = caller ? caller.value().uri() : "a client without a role";
    own_->refusals().count({pki::Why::kMethod, who + " may not call it"}, "a call of " + std::string(method));
    return {grpc::StatusCode::PERMISSION_DENIED, who + " may not call " + std::string(method)};
  }

 private:
  const std::shared_ptr<ClusterTls> own_;
};

}  // namespace

ClusterTls::ClusterTls(pki::ClusterFiles files, pki::Role role, pki::ClusterIdentity identity)
    : files_(std::move(files)),
      role_(role),
      identity_(std::make_shared<const pki::ClusterIdentity>(std::move(identity))),
      shown_(std::make_unique<MemoryFile>("grpc_tls")) {
  shown_->write(identity_->pem);
  // Key and certificate in one file, so that gRPC never sees one of them without the other.
  provider_ = std::make_shared<tls::FileWatcherCertificateProvider>(shown_->path(), shown_->path(), kLookSeconds);
}

ClusterTls::~ClusterTls() = default;

Result<std::shared_ptr<ClusterTls>> ClusterTls::load(pki::ClusterFiles files, pki::Role role) {
  auto identity = pki::read_cluster_files(files, role);
  if (!identity) return identity.error();
  return std::shared_ptr<ClusterTls>(new ClusterTls(std::move(files), role, std::move(identity).value()));
}

Status ClusterTls::reload() {
  auto fresh = pki::read_cluster_files(files_, role_);
  if (!fresh) return fresh.error();
  const std::lock_guard lock(mutex_);
  identity_ = std::make_shared<const pki::ClusterIdentity>(std::move(fresh).value());
  shown_->write(identity_->pem);
  return Ok{};
}

std::shared_ptr<const pki::ClusterIdentity> ClusterTls::identity() const {
  const std::lock_guard lock(mutex_);
  return identity_;
}

pki::Identity ClusterTls::own() const { return identity()->own; }
std::int64_t ClusterTls::ends_s() const { return identity()->ends_s; }

pki::Verdict ClusterTls::judge(std::string_view certificate, std::string_view chain, pki::Side peer,
                               const pki::Role* wanted, const std::string& where) {
  pki::Verdict verdict = identity()->trust.check(certificate, chain, peer);
  const auto* found = std::get_if<pki::Identity>(&verdict);
  if (found != nullptr && wanted != nullptr && found->role != *wanted)
    verdict = pki::Refusal{pki::Why::kWrongRole, found->uri() + ": not a " + to_string(*wanted)};
  if (const auto* refusal = std::get_if<pki::Refusal>(&verdict)) refusals_.count(*refusal, where);
  return verdict;
}

/// The checks of certificates are ours (Verifier), on both sides: gRPC's own would refuse without a reason to tell, and
/// would not follow a new authority.
std::shared_ptr<grpc::ServerCredentials> ClusterTls::for_server() {
  tls::TlsServerCredentialsOptions options(provider_);
  options.watch_identity_key_cert_pairs();
  options.set_cert_request_type(GRPC_SSL_REQUEST_CLIENT_CERTIFICATE_BUT_DONT_VERIFY);
  options.set_certificate_verifier(tls::ExternalCertificateVerifier::Create<Verifier>(
      shared_from_this(), pki::Side::kClient, std::optional<pki::Role>()));
  options.set_check_call_host(false);
  auto made = tls::TlsServerCredentials(options);
  made->SetAuthMetadataProcessor(std::make_shared<CallGate>(shared_from_this()));
  return made;
}

std::shared_ptr<grpc::ChannelCredentials> ClusterTls::for_channel(pki::Role server) {
  tls::TlsChannelCredentialsOptions options;
  options.set_certificate_provider(provider_);
  options.watch_identity_key_cert_pairs();
  options.set_verify_server_certs(false);
  options.set_certificate_verifier(tls::ExternalCertificateVerifier::Create<Verifier>(
      shared_from_this(), pki::Side::kServer, std::optional<pki::Role>(server)));
  options.set_check_call_host(false);
  return tls::TlsCredentials(options);
}

namespace {

/// Never freed: gRPC's threads log until the process ends.
std::shared_ptr<ClusterTls>& log_taker() {
  static auto* const taker = new std::shared_ptr<ClusterTls>;
  return *taker;
}

void on_grpc_log(gpr_log_func_args* line) {
  const std::string text = line->message;
  const std::size_t failed = text.find("Handshake failed");
  if (failed != std::string::npos)
    return log_taker()->refusals().count({pki::Why::kHandshake, text.substr(failed)}, "a connection");
  // Said of each connection: clients name the address they connect to, and certificates name roles.
  if (line->severity != GPR_LOG_SEVERITY_ERROR || text.starts_with("No match found for server name")) return;
  static std::mutex mutex;
  static Repeat told;
  const std::lock_guard lock(mutex);
  if (const auto count = told.tell(monotonic_now()))
    log::warn("gRPC", {{"says", text}, {"at", line->file}, {"line", line->line}, {"count", count}});
}

}  // namespace

void take_grpc_log(std::shared_ptr<ClusterTls> own) {
  log_taker() = std::move(own);
  gpr_set_log_function(on_grpc_log);
}

}  // namespace im::rpc
