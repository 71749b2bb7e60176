#include "job/push_engine.hpp"

#include <utility>

#include "common/base/fault.hpp"
#include "common/base/log.hpp"

namespace im::job {

using namespace std::chrono_literals;

PushEngine::PushEngine(EngineConfig config, Scheduler& scheduler, CometGateway& gateway, RecordSource& source,
                       std::function<void()> refresh_nodes)
    : config_(std::move(config)),
      source_(source),
      refresh_nodes_(std::move(refresh_nodes)),
      peers_context_{scheduler, gateway, config_.link, config_.job, config_.topic, {}, {}, {}, {}},
      directory_(config_.registry_grace) {
  peers_context_.settled = [this](const std::vector<Delivery>& deliveries) {
    if (fault::fire("job.after_push")) return;
    settle(deliveries);
  };
  peers_context_.paid = [this](const std::vector<Debt>& debts) { pay(debts); };
  peers_context_.doubtful = [this] { refresh_nodes_(); };
}

// ---- Kafka

void PushEngine::assigned(const std::string& bus, const std::vector<HeldPartition>& partitions) {
  const bool changed = bus != peers_context_.bus;
  peers_context_.bus = bus;
  for (const auto& held : partitions) {
    dispatcher_.assigned(held.partition);
    if (held.log_began_anew) log_began_anew(held.partition);
  }
  if (!changed) return;
  for (auto& [instance, peer] : peers_) peer->bus_changed();
}

void PushEngine::revoked(const std::vector<std::int32_t>& partitions) {
  store_watermarks();
  for (const auto partition : partitions) {
    dispatcher_.revoked(partition);
    new_logs_.erase(partition);
    lost_.erase(partition);
    for (auto& [instance, peer] : peers_) counts_.revoked += peer->link().revoke(partition);
  }
}

void PushEngine::log_began_anew(std::int32_t partition) {
  dispatcher_.log_began_anew(partition);
  new_logs_.insert(partition);
  for (auto& [instance, peer] : peers_) peer->link().log_began_anew(partition);
}

void PushEngine::records(const std::vector<PushRecordPtr>& records) {
  for (const auto& record : records) take(record);
  for (auto& [instance, peer] : peers_) peer->pump();
  store_watermarks();
  watch_memory();
}

void PushEngine::take(const PushRecordPtr& record) {
  ++counts_.records;
  if (record->cluster != config_.cluster && !record->malformed && !record->copy) return stop_for(*record);
  if (!foreign_.empty()) return;
  if (record->copy) {
    ++counts_.copies;
    return dispatcher_.settle_whole(*record);
  }
  if (fault::fire("job.after_fetch")) return;
  if (fault::fire("job.commit_early")) {
    source_.store_offset(record->partition, record->offset + 1);
    source_.commit();
    peers_context_.scheduler.post_after(100ms, [this, record] {
      hand_over(record);
      for (auto& [instance, peer] : peers_) peer->pump();
    });
    return;
  }
  hand_over(record);
}

void PushEngine::hand_over(const PushRecordPtr& record) {
  if (record->malformed) note_malformed(*record);
  if (record->malformed || fault::fire("job.skip_record")) {
    dispatcher_.settle_whole(*record);
    return;
  }
  for (auto& delivery : dispatcher_.dispatch(record)) {
    ++counts_.deliveries;
    auto& peer = peer_of(delivery.comet());
    if (!peer.offer(delivery)) drop_owed(peer, {delivery}, counts_.drops.stalled);
  }
}

/// Nothing from here on is taken or committed: whoever reads it next finds all of it.
void PushEngine::stop_for(const PushRecord& record) {
  ++counts_.foreign;
  if (!foreign_.empty()) return;
  const auto named = [](const std::string& name) { return name.empty() ? "one without a name" : "\"" + name + "\""; };
  foreign_ = "the topic has records of another cluster (kafka.cluster): " + named(record.cluster) + ", this one is " +
             named(config_.cluster);
  log::error("stopped; give each cluster a topic of its own",
             {{"why", foreign_}, {"topic", config_.topic}, {"partition", record.partition}, {"offset", record.offset}});
  watch_memory();
}

void PushEngine::note_malformed(const PushRecord& record) {
  ++counts_.malformed;
  const auto now = peers_context_.scheduler.now();
  if (counts_.malformed > 1 && now - malformed_logged_ < 1min) return;
  malformed_logged_ = now;
  log::error("kafka record cannot be read and is left out",
             {{"partition", record.partition}, {"offset", record.offset}, {"so_far", counts_.malformed}});
}

// ---- comets

// A comet that is not known gets a peer at once, so that order holds while the registry is asked; the records of the
// others go on.
CometPeer& PushEngine::peer_of(const CometInstance& instance) {
  auto& peer = peers_[instance];
  if (peer) return *peer;
  peer = std::make_shared<CometPeer>(instance, peers_context_);
  for (const auto partition : new_logs_) peer->link().log_began_anew(partition);
  if (const auto* node = directory_.find(instance)) {
    peer->live_at(*node);
  } else {
    refresh_nodes_();
  }
  return *peer;
}

void PushEngine::nodes(NodeList list) {
  directory_.update(std::move(list), peers_context_.scheduler.now());
  // Streams are opened before the first push needs them.
  for (const auto& [instance, node] : directory_.comets()) peer_of(instance).live_at(node);
  judge_peers();
  tell_lost();
  store_watermarks();
}

void PushEngine::judge_peers() {
  const auto now = peers_context_.scheduler.now();
  for (auto at = peers_.begin(); at != peers_.end();) {
    const auto peer = at->second;
    const auto verdict = directory_.verdict(at->first, peer->since(), now);
    if (verdict != CometDirectory::Verdict::kGone) {
      if (verdict == CometDirectory::Verdict::kUnclear && !directory_.fresh(peer->since())) refresh_nodes_();
      ++at;
      continue;
    }
    const auto left = peer->retire();
    log::info("comet gone", {{"comet", peer->stats().name},
                             {"number", at->first.number.value()},
                             {"epoch", at->first.epoch.value()},
                             {"deliveries_dropped", left.size()}});
    if (peer->node()) peers_context_.gateway.tell_gone(*peer->node());
    at = peers_.erase(at);
    drop(left, counts_.drops.comet_gone);
    pay(peer->link().take_paid());
  }
}

// ---- settlement

void PushEngine::settle(const std::vector<Delivery>& deliveries) {
  for (const auto& delivery : deliveries) dispatcher_.settled(delivery);
  counts_.settled += deliveries.size();
  store_watermarks();
  if (paused_) watch_memory();
}

void PushEngine::drop(const std::vector<Delivery>& deliveries, std::uint64_t& reason) {
  for (const auto& delivery : deliveries) dispatcher_.settled(delivery);
  counts_.settled += deliveries.size();
  reason += deliveries.size();
}

// ---- debts: what a comet missed stays uncommitted until the comet has acknowledged that it was told

void PushEngine::drop_owed(CometPeer& peer, const std::vector<Delivery>& deliveries, std::uint64_t& reason) {
  for (const auto& delivery : deliveries) owe(peer, {delivery.partition(), delivery.assignment, delivery.offset()});
  drop(deliveries, reason);
}

void PushEngine::owe(CometPeer& peer, const Debt& debt) {
  if (peer.link().owe(debt)) dispatcher_.settlement().owe(debt);
  pay(peer.link().take_paid());
}

void PushEngine::pay(const std::vector<Debt>& debts) {
  for (const auto& debt : debts) dispatcher_.settlement().pay(debt);
}

void PushEngine::lost(const LostRange& range) {
  auto& settlement = dispatcher_.settlement();
  const Debt debt{range.partition, settlement.assignment(range.partition), range.from};
  const auto [at, fresh] = lost_.try_emplace(range.partition, Lost{debt, {}});
  if (!fresh) {
    settlement.pay(at->second.debt);
    at->second = {debt, {}};
  }
  settlement.owe(debt);
  tell_lost();
}

/// A registry that was just met may not list every comet yet: who appears until it is believed is owed it, too.
void PushEngine::tell_lost() {
  if (lost_.empty()) return;
  for (auto& [partition, lost] : lost_) {
    for (auto& [instance, peer] : peers_) {
      if (!lost.owed.insert(instance).second) continue;
      owe(*peer, lost.debt);
      peer->pump();
    }
  }
  if (!directory_.trusted(peers_context_.scheduler.now())) return;
  for (const auto& [partition, lost] : std::exchange(lost_, {})) dispatcher_.settlement().pay(lost.debt);
}

void PushEngine::store_watermarks() {
  dispatcher_.settlement().take_watermarks([this](std::int32_t partition, std::int64_t next) {
    source_.store_offset(partition, next);
    uncommitted_ = true;
  });
}

void PushEngine::commit() {
  store_watermarks();
  // The fault point counts commits that carry something; commit() itself also repeats those that failed.
  if (std::exchange(uncommitted_, false) && fault::fire("job.before_commit")) return;
  source_.commit();
}

void PushEngine::tick() {
  judge_peers();
  tell_lost();
  watch_memory();
  commit();
}

// ---- back-pressure

void PushEngine::watch_memory() {
  const auto bytes = dispatcher_.settlement().unsettled_bytes();
  bool pause = paused_ ? bytes > config_.memory_limit / 2 : bytes > config_.memory_limit;
  if (pause && shed_silent_peers()) {
    pause = dispatcher_.settlement().unsettled_bytes() > config_.memory_limit;
  }
  pause = pause || draining_ || !foreign_.empty();
  if (pause == paused_) return;
  paused_ = pause;
  if (pause) ++counts_.pauses;
  source_.set_paused(pause);
}

// A comet that shows no life must not stop the others: its backlog goes first.
bool PushEngine::shed_silent_peers() {
  const auto silent_since = peers_context_.scheduler.now() - config_.shed_after;
  bool shed = false;
  for (auto& [instance, peer] : peers_) {
    if (peer->last_life() > silent_since || peer->link().waiting_bytes() == 0) continue;
    drop_owed(*peer, peer->link().shed(), counts_.drops.memory);
    shed = true;
  }
  if (shed) store_watermarks();
  return shed;
}

void PushEngine::drain() {
  draining_ = true;
  watch_memory();
}

void PushEngine::stop() {
  for (auto& [instance, peer] : peers_) peer->retire();
  peers_.clear();
}

EngineStats PushEngine::stats() const {
  auto stats = counts_;
  const auto& settlement = dispatcher_.settlement();
  stats.paused = paused_;
  stats.unsettled_bytes = settlement.unsettled_bytes();
  stats.unsettled_records = settlement.unsettled_records();
  stats.partitions = settlement.partitions();
  stats.debts = settlement.debts();
  for (const auto& [instance, peer] : peers_) stats.comets.push_back(peer->stats());
  return stats;
}

}  // namespace im::job
