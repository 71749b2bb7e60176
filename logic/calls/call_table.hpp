#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/base/result.hpp"
#include "im/calls.pb.h"

namespace im::logic {

/// The calls as logic uses them: their state is the routers'. Messages of proto/im/calls.proto as they are: a second
/// copy of their fields would only be converted. Any thread, never blocks; callbacks run once, on any thread.
class CallTable {
 public:
  template <class T>
  using Done = std::function<void(Result<T>)>;
  virtual ~CallTable() = default;
  virtual void apply(im::calls::ApplyRequest request, Done<im::calls::ApplyReply> done) = 0;
  virtual void settle(im::calls::SettleRequest request) = 0;
};

class RouterCalls;
std::unique_ptr<CallTable> make_grpc_call_table(RouterCalls& routers);

}  // namespace im::logic
