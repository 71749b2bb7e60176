#include "common/pki/cluster_files.hpp"

#include <ctime>

#include "common/base/secret_file.hpp"
#include "common/pki/pem.hpp"

namespace im::pki {

namespace {

Error wrong(const std::string& file, const std::string& what) { return {Error::Code::kInvalid, file + ": " + what}; }

std::int64_t seconds_of(const ASN1_TIME* time) {
  std::tm parts{};
  return ASN1_TIME_to_tm(time, &parts) == 1 ? static_cast<std::int64_t>(::timegm(&parts)) : 0;
}

struct Texts {
  std::string certificate, key, ca;
};

Result<Texts> read(const ClusterFiles& files) {
  auto certificate = read_secret_file(files.certificate, FileSecrecy::kPublic);
  if (!certificate) return wrong(files.certificate, certificate.error().message);
  auto key = read_secret_file(files.key);
  if (!key) return wrong(files.key, key.error().message);
  auto ca = read_secret_file(files.ca, FileSecrecy::kPublic);
  if (!ca) return wrong(files.ca, ca.error().message);
  return Texts{std::move(certificate).value(), std::move(key).value(), std::move(ca).value()};
}

/// Who the certificate is for; checked in both directions, since a daemon calls and is called.
Result<Identity> checked(const ClusterFiles& files, const std::vector<Certificate>& shown, const std::string& pem,
                         const Trust& trust, Role role) {
  const std::string first = to_pem(shown.front().get());
  Identity own;
  for (const Side side : {Side::kClient, Side::kServer}) {
    const Verdict verdict = trust.check(first, pem, side);
    if (const auto* refusal = std::get_if<Refusal>(&verdict))
      return wrong(files.certificate, refusal->text + " (checked with " + files.ca + ")");
    own = std::get<Identity>(verdict);
  }
  if (own.role == role) return own;
  return wrong(files.certificate, own.uri() + " is not of the role \"" + to_string(role) + "\"");
}

}  // namespace

Result<ClusterIdentity> read_cluster_files(const ClusterFiles& files, Role role) {
  auto texts = read(files);
  if (!texts) return texts.error();
  const Texts& text = texts.value();
  const auto shown = certificates_of(text.certificate);
  if (shown.empty()) return wrong(files.certificate, "no certificate in PEM" + because());
  const Key key = key_of(text.key);
  if (!key) return wrong(files.key, "no private key in PEM without a password" + because());
  if (X509_check_private_key(shown.front().get(), key.get()) != 1)
    return wrong(files.key, "not the key of the certificate in " + files.certificate + because());
  const auto uris = uris_of(shown.front().get());
  const auto said = parse_identity(uris.size() == 1 ? uris.front() : "");
  if (!said)
    return wrong(files.certificate,
                 "its names hold no single URI spiffe://CLUSTER/ROLE/ID; `imctl cert issue` makes one");
  auto trust = Trust::from(text.ca, said.value().cluster);
  if (!trust) return wrong(files.ca, trust.error().message);
  auto own = checked(files, shown, text.certificate, trust.value(), role);
  if (!own) return own.error();
  std::string pem = to_pem(key.get());
  for (const Certificate& one : shown) pem += to_pem(one.get());
  return ClusterIdentity{std::move(own).value(), std::move(trust).value(),
                         seconds_of(X509_get0_notAfter(shown.front().get())), std::move(pem)};
}

}  // namespace im::pki
