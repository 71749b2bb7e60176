#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include <grpcpp/channel.h>

#include "common/rpc/channel.hpp"

namespace im::rpc {

/// Several servers that do the same, each by its own channel: names, IPv4 and IPv6 addresses may stand beside each
/// other. (One gRPC channel takes several addresses of one family, and no names.) Any thread.
class ChannelGroup {
 public:
  ChannelGroup(const std::vector<std::string>& addresses, pki::Role servers);

  std::size_t size() const { return channels_.size(); }
  const std::shared_ptr<grpc::Channel>& channel(std::size_t index) const { return channels_[index]; }
  /// Whose turn it is: round robin over those that are connected; without one, over those that are not known to fail.
  std::size_t next();

 private:
  std::vector<std::shared_ptr<grpc::Channel>> channels_;
  std::atomic<std::size_t> turn_{0};
};

/// A stub for each channel of a group.
template <class Service>
class StubGroup {
 public:
  using Stub = typename Service::Stub;
  StubGroup(const std::vector<std::string>& addresses, pki::Role servers) : channels_(addresses, servers) {
    for (std::size_t index = 0; index < channels_.size(); ++index)
      stubs_.push_back(Service::NewStub(channels_.channel(index)));
  }
  Stub& next() { return *stubs_[channels_.next()]; }

 private:
  ChannelGroup channels_;
  std::vector<std::unique_ptr<Stub>> stubs_;
};

}  // namespace im::rpc
