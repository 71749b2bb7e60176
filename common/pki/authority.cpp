#include "common/pki/authority.hpp"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/x509v3.h>

#include "common/base/ip_address.hpp"
#include "common/pki/pem.hpp"

namespace im::pki {

namespace {

constexpr const char* kUri = "spiffe://";

Certificate blank(EVP_PKEY* key, std::chrono::hours valid) {
  Certificate out(X509_new());
  X509_set_version(out.get(), X509_VERSION_3);
  const std::unique_ptr<BIGNUM, Freed<BN_free>> serial(BN_new());
  BN_rand(serial.get(), 127, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY);
  BN_to_ASN1_INTEGER(serial.get(), X509_get_serialNumber(out.get()));
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(valid).count();
  // A clock of another machine may be behind; one that is over has begun before.
  X509_gmtime_adj(X509_getm_notBefore(out.get()), seconds > 0 ? -60 : seconds - 3600);
  X509_gmtime_adj(X509_getm_notAfter(out.get()), seconds);
  X509_set_pubkey(out.get(), key);
  return out;
}

void call_it(X509* certificate, const std::string& name) {
  X509_NAME* subject = X509_get_subject_name(certificate);
  const auto add = [subject](const char* field, const std::string& text) {
    X509_NAME_add_entry_by_txt(subject, field, MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(text.c_str()), -1,
                               -1, 0);
  };
  add("O", "webrtc-im");
  add("CN", name.substr(0, 64));
}

bool extend(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context{};
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* made = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  const bool ok = made != nullptr && X509_add_ext(certificate, made, -1) == 1;
  X509_EXTENSION_free(made);
  return ok;
}

bool is_host(const std::string& host) {
  return !host.empty() &&
         host.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-*_") ==
             std::string::npos;
}

Result<std::string> names_of(const Order& order) {
  std::string out = "URI:" + order.identity.uri();
  for (const std::string& host : order.hosts) {
    const bool address = parse_ip(host).has_value();
    if (!address && !is_host(host)) return Error{Error::Code::kInvalid, "\"" + host + "\" is no name and no address"};
    out += (address ? ",IP:" : ",DNS:") + host;
  }
  return out;
}

}  // namespace

Issued make_authority(const std::string& cluster, std::chrono::hours valid) {
  const Key key(EVP_EC_gen("P-256"));
  const Certificate own = blank(key.get(), valid);
  call_it(own.get(), "authority of " + cluster);
  X509_set_issuer_name(own.get(), X509_get_subject_name(own.get()));
  extend(own.get(), own.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  extend(own.get(), own.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
  extend(own.get(), own.get(), NID_subject_key_identifier, "hash");
  extend(own.get(), own.get(), NID_subject_alt_name, "URI:" + (kUri + cluster));
  X509_sign(own.get(), key.get(), EVP_sha256());
  return {to_pem(own.get()), to_pem(key.get())};
}

Result<std::string> cluster_of(const std::string& authority) {
  const auto all = certificates_of(authority);
  const Error none{Error::Code::kInvalid, "no authority that `imctl cert ca` made"};
  if (all.empty()) return none;
  const auto uris = uris_of(all.front().get());
  if (uris.size() != 1 || !uris.front().starts_with(kUri)) return none;
  std::string cluster = uris.front().substr(std::string(kUri).size());
  if (!is_cluster_name(cluster)) return none;
  return cluster;
}

Result<Issued> issue(const Issued& authority, const Order& order) {
  const auto signers = certificates_of(authority.certificate);
  const Key signing = key_of(authority.key);
  if (signers.empty() || !signing || X509_check_private_key(signers.front().get(), signing.get()) != 1)
    return Error{Error::Code::kInvalid, "certificate and key of the authority do not belong together" + because()};
  X509* signer = signers.front().get();
  const auto names = names_of(order);
  if (!names) return names.error();
  const Key key(EVP_EC_gen("P-256"));
  const Certificate own = blank(key.get(), order.valid);
  if (order.valid.count() > 0 && ASN1_TIME_compare(X509_get0_notAfter(own.get()), X509_get0_notAfter(signer)) > 0)
    X509_set1_notAfter(own.get(), X509_get0_notAfter(signer));  // nothing lives longer than what it stands on
  call_it(own.get(), order.identity.id);
  X509_set_issuer_name(own.get(), X509_get_subject_name(signer));
  const bool written = extend(own.get(), signer, NID_basic_constraints, "critical,CA:FALSE") &&
                       extend(own.get(), signer, NID_key_usage, "critical,digitalSignature") &&
                       extend(own.get(), signer, NID_ext_key_usage, "serverAuth,clientAuth") &&
                       extend(own.get(), signer, NID_subject_key_identifier, "hash") &&
                       extend(own.get(), signer, NID_authority_key_identifier, "keyid") &&
                       extend(own.get(), signer, NID_subject_alt_name, names.value()) &&
                       X509_sign(own.get(), signing.get(), EVP_sha256()) != 0;
  if (!written) return Error{Error::Code::kInvalid, "the certificate cannot be written" + because()};
  return Issued{to_pem(own.get()), to_pem(key.get())};
}

}  // namespace im::pki
