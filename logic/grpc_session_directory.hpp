#pragma once

#include <chrono>
#include <memory>

#include <grpcpp/channel.h>

#include "logic/session_directory.hpp"

namespace im::logic {

/// SessionDirectory over gRPC. Locate calls are gathered (see LocateBatcher).
class GrpcSessionDirectory : public SessionDirectory {
 public:
  virtual std::uint64_t locate_calls() const = 0;
};
std::unique_ptr<GrpcSessionDirectory> make_grpc_session_directory(std::shared_ptr<grpc::Channel> router,
                                                                  std::chrono::milliseconds deadline);

}  // namespace im::logic
