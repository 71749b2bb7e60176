#pragma once

#include "common/daemon/daemon.hpp"
#include "common/pki/tls_section.hpp"

namespace im {

/// Makes this process a daemon of `role` to the others, by the certificate that `section` names; nothing without one.
/// Before the first gRPC server or channel is made. The files are read again at SIGHUP. Throws std::runtime_error: what
/// is wrong with them.
void join_cluster(const pki::TlsSection& section, pki::Role role, DaemonContext& context);

}  // namespace im
