#pragma once

#include "common/base/clock.hpp"

namespace im {
class HttpServer;
class MetricsPage;
}  // namespace im

namespace im::logic {

class RequestRouter;

/// The HTTP servers of a logic, by who may reach them.
struct Ports {
  HttpServer& push;  ///< backends: http.allow_from
  HttpServer& open;  ///< everybody: "the public port"
  HttpServer& ops;   ///< operators
};

/// What a folder of this daemon gives to its server. Built bottom-up, started in that order, stopped in reverse; all
/// but tick() on the main thread. A part holds references to those it was built on.
class Part {
 public:
  virtual ~Part() = default;
  virtual void add_routes(const Ports&) {}
  virtual void add_requests(RequestRouter&) {}
  virtual void add_metrics(MetricsPage&) const {}  ///< any thread, at each scrape
  virtual void start() {}
  /// Every 300 ms or so, on the watcher's thread: follows files, does what is due. Must not wait.
  virtual void tick(TimePoint) {}
  /// Drain waits for it: something taken is not answered yet. Any thread.
  virtual bool busy() const { return false; }
  virtual void stop() {}
};

}  // namespace im::logic
