#pragma once

#include <memory>

#include "common/rpc/cluster_tls.hpp"

namespace im::rpc {

/// Who this process is to the other daemons: servers and channels take it when they are made. Null: plain text.
const std::shared_ptr<ClusterTls>& process_tls();
/// Once, before the first of them is made. Main thread.
void become(std::shared_ptr<ClusterTls> tls);

}  // namespace im::rpc
