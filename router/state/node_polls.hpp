#pragma once

#include <cstdint>
#include <mutex>
#include <vector>

#include <grpcpp/support/server_callback.h>

#include "im/router.pb.h"
#include "router/state/router_state.hpp"

namespace im::router {

/// Long polls of the node list that wait for news. Any thread.
class NodePolls {
 public:
  explicit NodePolls(RouterState& state) : state_(state) {}
  ~NodePolls();
  /// Answers at once, or when there is news or the time is over.
  void add(grpc::ServerUnaryReactor* reactor, const ListNodesRequest& request, ListNodesReply* reply);
  /// Answers what is due. Call a few times a second, and after a change.
  void wake();

 private:
  struct Poll {
    grpc::ServerUnaryReactor* reactor;
    im::NodeKind kind;
    ListNodesReply* reply;
    TimePoint until;
  };
  void answer(const Poll& poll);

  RouterState& state_;
  std::mutex mutex_;
  std::vector<Poll> polls_;
  std::uint64_t seen_version_ = 0;
};

}  // namespace im::router
