#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/http/http_server.hpp"
#include "logic/routers/node_list.hpp"
#include "logic/routers/session_directory.hpp"

namespace im::logic {

/// One thing that a traced connection did, as its comet tells it (proto/im/comet.proto TraceEvent).
struct TracedEvent {
  std::string kind;  ///< "in", "out", "dropped", "closed"
  std::int64_t time_ms = 0;
  std::int32_t version = 0, op = 0, seq = 0;
  std::uint32_t size = 0, waiting = 0;
  std::string body, note;
};
struct TraceView {
  std::uint64_t trace = 0;
  std::vector<TracedEvent> events;
  std::uint64_t dropped = 0;
  bool over = false;
};

/// The way to the comet that traces. Never blocks; `done` once, on any thread.
class CometTracer {
 public:
  struct Ask {
    std::string address;
    CometInstance comet;
    std::uint64_t trace = 0;  ///< 0 = begin one of `conn`
    ConnId conn;
    bool bodies = false, end = false;
  };
  virtual ~CometTracer() = default;
  virtual void trace(const Ask& ask, std::function<void(Result<TraceView>)> done) = 0;
};
std::unique_ptr<CometTracer> make_grpc_comet_tracer(std::chrono::milliseconds deadline);

/// POST /admin/v1/trace?uid=N, ?key=K or ?conn=COMET/WORKER/SLOT/GENERATION [&bodies=1]: begins to trace one
/// connection.
///   {"id":"1-7-3","comet":"comet-1","uid":7,"key":"7/phone"}; 409 when a user has several connections.
/// GET /admin/v1/trace?id=ID[&end=1], at least every 10 s: {"events":[...],"dropped":0,"over":false}.
class TraceDesk {
 public:
  TraceDesk(SessionDirectory& directory, CometTracer& tracer, std::function<std::vector<NodeInfo>()> nodes)
      : directory_(directory), tracer_(tracer), nodes_(std::move(nodes)) {}
  void add_routes(HttpServer& server);
  void begin(const HttpRequest& request, HttpReply reply);
  void take(const HttpRequest& request, HttpReply reply);

 private:
  void begin_session(const SessionInfo& session, bool bodies, HttpReply reply);
  void begin_named(const std::string& conn, bool bodies, HttpReply reply);

  SessionDirectory& directory_;
  CometTracer& tracer_;
  std::function<std::vector<NodeInfo>()> nodes_;
};

}  // namespace im::logic
