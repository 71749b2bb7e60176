#pragma once

#include <functional>
#include <memory>
#include <string>

#include "common/base/scheduler.hpp"
#include "job/router_gateway.hpp"

namespace im::job {

/// Follows the router's list of comets by long poll; asks at once when told to. Domain thread only.
class NodeWatch : public std::enable_shared_from_this<NodeWatch> {
 public:
  /// `found` takes every list, on the domain thread.
  NodeWatch(Scheduler& scheduler, RouterGateway& router, std::function<void(NodeList)> found);
  void start() { poll(); }
  /// One request at a time: what is asked while one is under way is answered by the next.
  void refresh();
  void stop() { stopped_ = true; }

  bool up() const { return up_; }
  const std::string& detail() const { return detail_; }

 private:
  void poll();
  void polled(Result<NodeList> answer);
  void ask();
  void refreshed(Result<NodeList> answer);
  RouterGateway::Done<NodeList> posted(void (NodeWatch::*handle)(Result<NodeList>));

  Scheduler& scheduler_;
  RouterGateway& router_;
  const std::function<void(NodeList)> found_;
  std::uint64_t version_ = 0;
  bool asking_ = false;
  bool ask_again_ = false;
  bool stopped_ = false;
  bool up_ = false;
  std::string detail_ = "starting";
};

}  // namespace im::job
