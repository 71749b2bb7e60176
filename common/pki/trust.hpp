#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "common/base/result.hpp"
#include "common/pki/identity.hpp"

struct x509_store_st;  // OpenSSL's X509_STORE

namespace im::pki {

/// Why another end of a connection is not taken.
enum class Why : std::uint8_t {
  kNoCertificate,
  kUnknownAuthority,  ///< none of ours signed it, or what it shows is broken
  kExpired,           ///< or not valid yet
  kOtherCluster,
  kNoRole,     ///< a good certificate that says nothing about a role
  kWrongRole,  ///< not the one that is expected there
  kMethod,     ///< its role may not call this
  kHandshake,  ///< no TLS, or none that ours can speak
};
constexpr std::size_t kWhys = 8;
const char* to_string(Why why);  ///< "unknown_authority"

struct Refusal {
  Why why = Why::kNoCertificate;
  std::string text;  ///< for people: whose certificate it was and what is wrong with it
};
using Verdict = std::variant<Identity, Refusal>;

/// How the other end came.
enum class Side : std::uint8_t { kClient, kServer };

/// The authorities of a cluster. Unchangeable; any thread.
class Trust {
 public:
  /// `authorities`: PEM, one or more. Others are of `cluster`, or are refused. kInvalid: no certificate in it.
  static Result<Trust> from(std::string_view authorities, std::string cluster);

  /// Whether the chain of `certificate` (PEM, the empty text: it shows none) ends at one of the authorities, and who it
  /// is then. `chain` (PEM): what it sent to lead there. Host names do not matter: nodes are found by address.
  Verdict check(std::string_view certificate, std::string_view chain, Side peer) const;

 private:
  Trust(std::shared_ptr<x509_store_st> store, std::string cluster)
      : store_(std::move(store)), cluster_(std::move(cluster)) {}
  std::shared_ptr<x509_store_st> store_;
  std::string cluster_;
};

}  // namespace im::pki
