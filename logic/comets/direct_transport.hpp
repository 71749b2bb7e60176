#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/base/result.hpp"
#include "logic/comets/comet_trace.hpp"
#include "logic/comets/direct_link.hpp"

namespace im::logic {

/// Called on any thread, in order; none after the stream object is gone... save one that is already running.
struct DirectEvents {
  std::function<void()> opened;   ///< the comet answered hello and is the instance we meant
  std::function<void()> written;  ///< the last write() was taken, the next may come
  std::function<void(std::uint64_t seq, std::vector<std::int32_t> reached)> acked;
  std::function<void(Error)> ended;  ///< last event. kConflict: another instance lives at that address
};

/// One stream to one comet. One thread at a time; at most one write between two `written` events, none before `opened`.
/// Destroying it ends the stream.
class DirectStream {
 public:
  virtual ~DirectStream() = default;
  virtual void write(const DirectLink::Batch& batch) = 0;
};

/// Where a comet is.
struct CometPlace {
  CometInstance instance;
  std::string name, address;
};

/// The ways to the comets, one for each instance. One thread.
class DirectTransport {
 public:
  virtual ~DirectTransport() = default;
  /// Never blocks; a failure comes as `ended`.
  virtual std::unique_ptr<DirectStream> open(const CometPlace& comet, DirectEvents events) = 0;
  /// One question beside the stream; `done` once, on any thread.
  virtual void trace(const CometPlace& comet, const TraceAsk& ask, Traced done) = 0;
  /// Nothing more is asked of this instance.
  virtual void forget(const CometInstance& comet) = 0;
};

}  // namespace im::logic
