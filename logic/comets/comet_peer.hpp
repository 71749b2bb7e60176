#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "common/base/scheduler.hpp"
#include "logic/comets/direct_transport.hpp"

namespace im::logic {

/// Counted by all peers; read by the scrape.
struct CometPeerStats {
  std::atomic<std::uint64_t> taken{0}, failed{0}, overloaded{0}, streams{0}, lost{0};
  std::atomic<std::uint64_t> no_comet{0}, unlisted{0};  ///< the list names no such comet; or was not whole in time
};

/// What all peers share; outlives them.
struct CometPeers {
  Scheduler& scheduler;
  DirectTransport& transport;
  DirectLimits limits;
  CometPeerStats& stats;
};

/// One comet instance: what waits for it, and the stream that is opened when there is something to send, and again when
/// it ends. The scheduler's thread only.
class CometPeer : public std::enable_shared_from_this<CometPeer> {
 public:
  CometPeer(CometPlace place, CometPeers& shared);

  /// `done` once, on the scheduler's thread.
  void send(CometCommand command, Reached done);
  /// The comet is gone: everything that is open fails, and so does what comes later.
  void retire();
  const CometPlace& place() const { return place_; }
  bool open() const { return open_; }
  std::size_t waiting_bytes() const { return link_.waiting_bytes(); }

 private:
  void connect();
  DirectEvents events();
  void on_opened();
  void on_acked(std::uint64_t seq, const std::vector<std::int32_t>& reached);
  void on_ended(const Error& error);
  void pump();
  void watch_clock();
  void settle(std::vector<Settled> told);
  Error named(const Error& error) const;

  const CometPlace place_;
  CometPeers& shared_;
  DirectLink link_;
  std::unique_ptr<DirectStream> stream_;
  std::uint64_t serial_ = 0;  ///< of the stream: events of an earlier one are ignored
  bool open_ = false;
  bool writing_ = false;
  bool retired_ = false;
  bool resting_ = false;   ///< between two attempts
  bool watching_ = false;  ///< a timer is set for link_.due()
  int failures_ = 0;       ///< in a row
};

}  // namespace im::logic
