#include "common/pki/trust.hpp"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>

#include "common/pki/pem.hpp"

namespace im::pki {

namespace {

constexpr int kSecurityLevel = 2;  // of OpenSSL: 112 bits, so no SHA-1 and no RSA below 2,048

Why why_of(int error) {
  switch (error) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return Why::kExpired;
    default:
      return Why::kUnknownAuthority;
  }
}

std::string said(X509* certificate, const std::string& what) {
  const auto uris = uris_of(certificate);
  return (uris.empty() ? name_of(certificate) : uris.front()) + ": " + what;
}

}  // namespace

const char* to_string(Why why) {
  switch (why) {
    case Why::kNoCertificate:
      return "no_certificate";
    case Why::kUnknownAuthority:
      return "unknown_authority";
    case Why::kExpired:
      return "expired";
    case Why::kOtherCluster:
      return "other_cluster";
    case Why::kNoRole:
      return "no_role";
    case Why::kWrongRole:
      return "wrong_role";
    case Why::kMethod:
      return "method";
    case Why::kHandshake:
      return "handshake";
  }
  return "";
}

Result<Trust> Trust::from(std::string_view authorities, std::string cluster) {
  const auto all = certificates_of(authorities);
  if (all.empty()) return Error{Error::Code::kInvalid, "no certificate of an authority in PEM" + because()};
  std::shared_ptr<X509_STORE> store(X509_STORE_new(), Freed<X509_STORE_free>());
  for (const Certificate& one : all) X509_STORE_add_cert(store.get(), one.get());
  X509_STORE_set_flags(store.get(), X509_V_FLAG_PARTIAL_CHAIN);  // an authority below a root is one, too
  ERR_clear_error();                                             // one that stands there twice
  return Trust(std::move(store), std::move(cluster));
}

Verdict Trust::check(std::string_view certificate, std::string_view chain, Side peer) const {
  const auto shown = certificates_of(certificate);
  if (shown.empty()) return Refusal{Why::kNoCertificate, "it shows no certificate" + because()};
  X509* own = shown.front().get();
  const auto sent = certificates_of(chain);
  const std::unique_ptr<STACK_OF(X509), void (*)(STACK_OF(X509)*)> between(
      sk_X509_new_null(), [](STACK_OF(X509) * stack) { sk_X509_free(stack); });
  for (const Certificate& one : sent) sk_X509_push(between.get(), one.get());
  const std::unique_ptr<X509_STORE_CTX, Freed<X509_STORE_CTX_free>> context(X509_STORE_CTX_new());
  X509_STORE_CTX_init(context.get(), store_.get(), own, between.get());
  X509_STORE_CTX_set_default(context.get(), peer == Side::kClient ? "ssl_client" : "ssl_server");
  X509_VERIFY_PARAM_set_auth_level(X509_STORE_CTX_get0_param(context.get()), kSecurityLevel);
  if (X509_verify_cert(context.get()) != 1) {
    const int error = X509_STORE_CTX_get_error(context.get());
    ERR_clear_error();
    return Refusal{why_of(error), said(own, X509_verify_cert_error_string(error))};
  }
  const auto uris = uris_of(own);
  if (uris.size() != 1)
    return Refusal{Why::kNoRole, said(own, std::to_string(uris.size()) + " URIs in its names, not one")};
  const auto identity = parse_identity(uris.front());
  if (!identity) return Refusal{Why::kNoRole, said(own, identity.error().message)};
  if (identity.value().cluster != cluster_)
    return Refusal{Why::kOtherCluster, said(own, "not of the cluster \"" + cluster_ + "\"")};
  return identity.value();
}

}  // namespace im::pki
