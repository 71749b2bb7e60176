#pragma once

#include "common/http/http_server.hpp"
#include "logic/http_config.hpp"
#include "logic/part.hpp"

namespace im::logic {

/// The two HTTP ports. The last part: what it starts calls all others.
class HttpPart final : public Part {
 public:
  HttpPart(const HttpConfig& config, HttpServer& ops);
  Ports ports() { return {push_, open_, ops_}; }
  /// Drain: running requests end, nothing new is taken.
  void stop_accepting();

  void add_metrics(MetricsPage& page) const override;
  void start() override;
  bool busy() const override;
  void stop() override;

 private:
  HttpServer push_;
  HttpServer open_;
  HttpServer& ops_;
};

}  // namespace im::logic
