#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "common/rpc/channel.hpp"
#include "im/comet.grpc.pb.h"

namespace im::logic {

/// The ways to comets, by address; as many as there ever were. Any thread.
class CometStubs {
 public:
  using Stub = im::comet::CometAdmin::Stub;
  std::shared_ptr<Stub> at(const std::string& address) {
    const std::lock_guard lock(mutex_);
    auto& stub = stubs_[address];
    if (!stub) stub = im::comet::CometAdmin::NewStub(rpc::make_channel({address}));
    return stub;
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Stub>> stubs_;
};

}  // namespace im::logic
