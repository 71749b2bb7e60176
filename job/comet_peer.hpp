#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/base/histogram.hpp"
#include "common/base/scheduler.hpp"
#include "job/comet_gateway.hpp"
#include "job/comet_link.hpp"

namespace im::job {

/// What all peers share; owned by the engine. `settled`, `paid` and `doubtful` are called on the domain thread.
struct PeerContext {
  Scheduler& scheduler;
  CometGateway& gateway;
  LinkLimits limits;
  std::string job;
  std::string topic;
  std::string bus;  ///< "" = not known yet: streams wait for it
  std::function<void(const std::vector<Delivery>&)> settled;
  std::function<void(const std::vector<Debt>&)> paid;  ///< a comet was told that it missed what they stand for
  std::function<void()> doubtful;                      ///< the comet does not answer as expected: ask the registry
};

struct PeerStats {
  std::string name;
  bool open = false;
  bool stalled = false;
  std::size_t in_flight_bytes = 0;
  std::size_t waiting_bytes = 0;
  std::uint64_t sent = 0;  ///< deliveries, with those sent again
  std::uint64_t batches = 0;
  std::uint64_t missed_told = 0;  ///< times the comet was told that pushes for it were dropped
  std::uint64_t acked = 0;
  std::uint64_t again = 0;  ///< deliveries that a lost stream made us send again
  std::uint64_t reconnects = 0;
  std::shared_ptr<Histogram> ack_times = std::make_shared<Histogram>();  ///< from the record read to the comet's word
};

/// One comet instance: its link, and the stream that is opened again whenever it ends. Domain thread only.
class CometPeer : public std::enable_shared_from_this<CometPeer> {
 public:
  CometPeer(const CometInstance& instance, PeerContext& context);

  /// The registry has it, and there.
  void live_at(const CometNode& node);
  /// context.bus is another log now: a stream says its log in hello, so it is opened again.
  void bus_changed();
  CometLink& link() { return link_; }
  /// False: stalled, the delivery was not taken.
  bool offer(Delivery delivery);
  /// Sends what waits, as far as stream and window allow.
  void pump();
  /// Ends the stream for good and gives back everything that is not acknowledged.
  std::vector<Delivery> retire();

  const CometInstance& instance() const { return instance_; }
  const std::optional<CometNode>& node() const { return node_; }
  bool has_address() const { return node_.has_value(); }
  TimePoint since() const { return since_; }
  /// When the comet last acknowledged something or opened a stream.
  TimePoint last_life() const { return last_life_; }
  PeerStats stats() const;

 private:
  void connect();
  StreamEvents events();
  void on_opened();
  void on_written();
  void on_acked(std::uint64_t seq);
  void on_ended(const Error& error);
  void disconnect();
  void connect_later();
  void tell_stall();

  const CometInstance instance_;
  PeerContext& context_;
  CometLink link_;
  std::optional<CometNode> node_;
  const TimePoint since_;
  TimePoint last_life_;

  std::unique_ptr<CometStream> stream_;
  std::uint64_t serial_ = 0;  ///< of the stream: events of an earlier one are ignored
  bool open_ = false;
  bool writing_ = false;
  bool retired_ = false;
  bool told_stalled_ = false;
  int failures_ = 0;  ///< in a row
  PeerStats counts_;
};

}  // namespace im::job
