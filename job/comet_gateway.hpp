#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "common/base/result.hpp"
#include "job/comet_directory.hpp"
#include "job/comet_link.hpp"

namespace im::job {

/// Who we are, and to whom we talk.
struct StreamHello {
  std::string job;  ///< node name
  std::string bus;  ///< identity of the Kafka log
  std::string topic;
  CometNode comet;
};

/// Called on any thread, in order; none after the stream object is gone... save one that is already running.
struct StreamEvents {
  std::function<void()> opened;                  ///< the comet answered hello and is the instance we meant
  std::function<void()> written;                 ///< the last write() was taken, the next may come
  std::function<void(std::uint64_t seq)> acked;  ///< cumulative
  std::function<void(Error)> ended;              ///< last event. kConflict: another instance lives at that address
};

/// One stream to one comet. One thread at a time; at most one write between two `written` events, none before `opened`.
/// Destroying it ends the stream.
class CometStream {
 public:
  virtual ~CometStream() = default;
  virtual void write(const LinkBatch& batch) = 0;
};

class CometGateway {
 public:
  virtual ~CometGateway() = default;
  /// Never blocks; a failure comes as `ended`.
  virtual std::unique_ptr<CometStream> open(const StreamHello& hello, StreamEvents events) = 0;
  /// Tells a comet that its lease is over, once, if it can be reached: it may be alive and cut off from logic.
  virtual void tell_gone(const CometNode& comet) = 0;
};

}  // namespace im::job
