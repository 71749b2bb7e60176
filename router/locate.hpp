#pragma once

#include "im/router.pb.h"
#include "router/router_rpc.hpp"

namespace im::router {

/// Answers Locate from this router's slots. `sure`: it may answer for them. The reply is bounded: what does not fit
/// into kMaxBatchBytes is `unknown`, so that its pushes go to every comet, which look for themselves.
class Locate {
 public:
  Locate(RouterState& state, RpcStats& stats, bool sure) : state_(state), stats_(stats), sure_(sure) {}
  void answer(const LocateRequest& request, LocateReply& reply);

 private:
  void uid(std::int64_t uid, Sessions& out);
  void key(const std::string& key, Sessions& out);
  void room(const std::string& room, Comets& out);
  void add(const std::vector<SessionRow>& rows, Sessions& out);
  bool fits(std::size_t bytes);
  template <class Out>
  void mark_elsewhere(Out& out);

  RouterState& state_;
  RpcStats& stats_;
  const bool sure_;
  std::size_t bytes_ = 0;
};

}  // namespace im::router
