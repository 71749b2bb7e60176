#pragma once

#include <memory>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/freed.hpp"
#include "common/base/result.hpp"

/// OpenSSL's objects and PEM. For the files of this folder.
namespace im::pki {

using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;

/// Every certificate of a PEM text; what stands between them is passed over. Empty: there is none, or one is broken.
std::vector<Certificate> certificates_of(std::string_view pem);
/// Null: no private key without a password.
Key key_of(std::string_view pem);
std::string to_pem(X509* certificate);
std::string to_pem(EVP_PKEY* key);
/// The URIs among the subject's other names.
std::vector<std::string> uris_of(X509* certificate);
/// Of the subject, for people.
std::string name_of(X509* certificate);
/// OpenSSL's reason for what just failed, in brackets, or "". Forgets it.
std::string because();

}  // namespace im::pki
