#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "common/base/ids.hpp"
#include "common/base/result.hpp"

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
struct TraceAsk {
  CometInstance comet;
  std::uint64_t trace = 0;  ///< 0 = begin one of `conn`
  ConnId conn;
  bool bodies = false, end = false;
};

using Traced = std::function<void(Result<TraceView>)>;

}  // namespace im::logic
