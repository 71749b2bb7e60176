#pragma once

#include <memory>

#include "common/base/histogram.hpp"
#include "logic/routers/router_calls.hpp"
#include "logic/routers/session_directory.hpp"

namespace im::logic {

/// SessionDirectory over the routers. Locate calls are gathered (see LocateBatcher).
class GrpcSessionDirectory : public SessionDirectory {
 public:
  virtual std::uint64_t locate_calls() const = 0;
  /// From a push that asks where its sessions are to the answer, waiting for others' included.
  virtual const Histogram& locate_times() const = 0;
};
std::unique_ptr<GrpcSessionDirectory> make_grpc_session_directory(RouterCalls& calls);

}  // namespace im::logic
