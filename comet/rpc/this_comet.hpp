#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include <grpcpp/support/status.h>

#include "common/base/ids.hpp"

namespace im::comet {

/// Number and epoch of this comet now; epoch 0 before it has any. Any thread.
using Self = std::function<CometInstance()>;

/// OK, or FAILED_PRECONDITION: the caller means another instance, which has been here or will be.
inline grpc::Status meant_for(const CometInstance& self, std::uint32_t number, std::uint64_t epoch) {
  if (number != 0 && number == self.number.value() && epoch == self.epoch.value()) return grpc::Status::OK;
  return {grpc::StatusCode::FAILED_PRECONDITION, "this comet is number " + std::to_string(self.number.value()) +
                                                     " epoch " + std::to_string(self.epoch.value())};
}
/// For every message that names `comet` and `comet_epoch`.
template <class Message>
grpc::Status meant_for(const CometInstance& self, const Message& message) {
  return meant_for(self, message.comet(), message.comet_epoch());
}

}  // namespace im::comet
