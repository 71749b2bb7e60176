#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "job/comet_directory.hpp"
#include "job/comet_peer.hpp"
#include "job/push_dispatcher.hpp"
#include "job/record_source.hpp"

namespace im::job {

struct EngineConfig {
  std::string job;  ///< node name
  std::string topic;
  std::string cluster;  ///< kafka.cluster: records of others are not ours
  LinkLimits link;
  std::size_t memory_limit =
      256U << 20;  ///< bytes of unsettled records; over it all partitions pause, below half they go on
  Duration commit_interval = std::chrono::milliseconds(200);
  Duration registry_grace = std::chrono::seconds(10);  ///< see CometDirectory
  Duration shed_after = std::chrono::seconds(2);  ///< without life a comet loses its backlog before others are paused
};

/// Deliveries that were settled without the comet taking them, by reason.
struct Drops {
  std::uint64_t comet_gone = 0;  ///< its lease ended, or another instance has its number
  std::uint64_t stalled = 0;     ///< backlog full
  std::uint64_t memory = 0;      ///< backlog of a silent comet given up at the memory limit
};

struct EngineStats {
  std::uint64_t records = 0;
  std::uint64_t malformed = 0;
  std::uint64_t copies = 0;      ///< that their producer wrote once more; handed to nobody
  std::uint64_t foreign = 0;     ///< records of other clusters met; from the first one on this job takes none
  std::uint64_t deliveries = 0;  ///< parts of records, one per target
  std::uint64_t settled = 0;     ///< parts, taken or dropped
  Drops drops;
  std::uint64_t revoked = 0;  ///< parts not sent because the partition went to another job, which sends them
  std::uint64_t pauses = 0;
  bool paused = false;
  std::size_t unsettled_bytes = 0;
  std::size_t unsettled_records = 0;
  std::size_t partitions = 0;
  std::size_t debts = 0;  ///< what comets are owed and not told yet, one per comet and partition
  std::vector<PeerStats> comets;
};

struct HeldPartition {
  std::int32_t partition = 0;
  bool log_began_anew = false;
};

/// Offsets that this job will never see: retention deleted them first, or the log lost its end. `from` is the first
/// one.
struct LostRange {
  std::int32_t partition = 0;
  std::int64_t from = 0;
};

/// Kafka records in, ordered streams to comets out, offsets back. All state of job lives here, on the domain thread.
class PushEngine {
 public:
  /// `refresh_nodes`: ask the registry now; its answer comes through nodes().
  PushEngine(EngineConfig config, Scheduler& scheduler, CometGateway& gateway, RecordSource& source,
             std::function<void()> refresh_nodes);

  // From Kafka
  void assigned(const std::string& bus, const std::vector<HeldPartition>& partitions);
  /// Stores what is settled, then forgets the partitions: later acknowledgements of theirs change nothing.
  void revoked(const std::vector<std::int32_t>& partitions);
  void records(const std::vector<PushRecordPtr>& records);
  void log_began_anew(std::int32_t partition);
  /// After assigned(). Nobody gets them, so the clients of all comets are told to come again.
  void lost(const LostRange& range);

  // From the router
  void nodes(NodeList list);

  /// Periodic work (commit, registry verdicts, back-pressure): call every commit_interval.
  void tick();
  /// Takes nothing new from Kafka from here on.
  void drain();
  /// "" or why it has stopped: the topic has records of another cluster, whose job takes some of ours.
  const std::string& stopped_by() const { return foreign_; }
  bool settled() const { return dispatcher_.settlement().unsettled_records() == 0; }
  /// Ends all streams. What is not settled stays uncommitted.
  void stop();
  EngineStats stats() const;

 private:
  /// What a partition lost, until every comet that may have been live is owed it.
  struct Lost {
    Debt debt;
    std::set<CometInstance> owed;
  };
  void take(const PushRecordPtr& record);
  void hand_over(const PushRecordPtr& record);
  CometPeer& peer_of(const CometInstance& instance);
  void settle(const std::vector<Delivery>& deliveries);
  void drop(const std::vector<Delivery>& deliveries, std::uint64_t& reason);
  void drop_owed(CometPeer& peer, const std::vector<Delivery>& deliveries, std::uint64_t& reason);
  void owe(CometPeer& peer, const Debt& debt);
  void pay(const std::vector<Debt>& debts);
  void tell_lost();
  void judge_peers();
  void store_watermarks();
  void commit();
  void watch_memory();
  bool shed_silent_peers();
  void note_malformed(const PushRecord& record);
  void stop_for(const PushRecord& foreign);

  const EngineConfig config_;
  RecordSource& source_;
  const std::function<void()> refresh_nodes_;
  PeerContext peers_context_;
  CometDirectory directory_;
  PushDispatcher dispatcher_;
  std::map<CometInstance, std::shared_ptr<CometPeer>> peers_;
  std::map<std::int32_t, Lost> lost_;
  std::set<std::int32_t> new_logs_;  ///< held partitions whose log began anew: comets met later forget their marks too
  EngineStats counts_;
  TimePoint malformed_logged_{};
  bool uncommitted_ = false;  ///< stored since the last commit()
  std::string foreign_;       ///< see stopped_by()
  bool draining_ = false;
  bool paused_ = false;
};

}  // namespace im::job
