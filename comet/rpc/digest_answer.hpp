#pragma once

#include <grpcpp/support/server_callback.h>

#include "comet/rpc/snapshot_stream.hpp"
#include "im/comet.pb.h"

namespace im::comet {

/// One answer to Digest (comet.proto). Deletes itself.
grpc::ServerUnaryReactor* start_digest(CometInstance self, const DigestRequest& request, DigestReply& reply,
                                       const DigestSource& source);

}  // namespace im::comet
