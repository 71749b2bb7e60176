#pragma once

#include <cstdint>
#include <string>

#include "common/base/result.hpp"
#include "common/pki/trust.hpp"

namespace im::pki {

/// The files by which a daemon shows who it is and knows the others.
struct ClusterFiles {
  std::string certificate;  ///< PEM: the certificate, then those that lead to its root
  std::string key;          ///< PEM, its owner's alone (common/base/secret_file.hpp)
  std::string ca;           ///< PEM: the authorities of the cluster
};

/// What they say.
struct ClusterIdentity {
  Identity own;
  Trust trust;
  std::int64_t ends_s = 0;  ///< when the certificate is over, Unix time
  std::string pem;          ///< key, certificate and chain in one text. Secret.
};

/// Reads and checks all of them: the key is the one of the certificate, which is of `role`, valid, and signed by an
/// authority in `ca`. kInvalid: "FILE: what is wrong", and what to do.
Result<ClusterIdentity> read_cluster_files(const ClusterFiles& files, Role role);

}  // namespace im::pki
