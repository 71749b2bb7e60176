#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "common/base/clock.hpp"
#include "common/client/http_client.hpp"
#include "logic/routers/node_list.hpp"

namespace im::logic {

/// The figures of a page of /metrics that the admin page shows, by their short names; a metric with several series is
/// their sum. Pure.
boost::json::object figures_in(std::string_view metrics);

/// What all nodes say of themselves, read from their ops ports when somebody asks, at most once a second however many
/// ask. A node that does not answer has null. Any thread.
class Figures {
 public:
  using Nodes = std::function<std::vector<NodeInfo>()>;
  /// {"at_ms":N,"nodes":[{"kind","name","values"}]}
  using Done = std::function<void(const boost::json::object&)>;
  explicit Figures(Nodes nodes);
  void read(Done done);
  void stop() { client_.stop(); }

 private:
  struct Reading;
  void begin(const std::shared_ptr<Reading>& reading);
  void finished(const std::shared_ptr<Reading>& reading);

  const Nodes nodes_;
  std::mutex mutex_;
  std::vector<Done> waiting_;  ///< for the reading under way; empty: there is none
  boost::json::object last_;
  TimePoint read_{};
  client::HttpClient client_;
};

}  // namespace im::logic
