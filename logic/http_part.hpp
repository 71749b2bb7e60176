#pragma once

#include "common/daemon/live_keys.hpp"
#include "common/http/http_server.hpp"
#include "logic/http_config.hpp"
#include "logic/part.hpp"

namespace im::logic {

/// The two HTTP ports. The last part: what it starts calls all others.
class HttpPart final : public Part {
 public:
  /// `most`: open connections of each port, whatever `config` says.
  HttpPart(const HttpConfig& config, std::uint64_t most, HttpServer& ops);
  Ports ports() { return {push_, open_, ops_}; }
  /// Drain: running requests end, nothing new is taken.
  void stop_accepting();
  /// Networks, pages, names and numbers of connections can be changed at SIGHUP. Before start().
  void add_live_keys(LiveKeys& keys);

  void add_metrics(MetricsPage& page) const override;
  void start() override;
  bool busy() const override;
  void stop() override;

 private:
  HttpPart(const HttpConfig& config, HttpServer& ops, std::uint64_t most);
  HttpConfig live_;  ///< follows SIGHUP (main thread)
  const std::uint64_t most_;
  HttpServer push_;
  const bool everybody_;  ///< no network is kept out of the push API
  HttpServer open_;
  HttpServer& ops_;
};

}  // namespace im::logic
