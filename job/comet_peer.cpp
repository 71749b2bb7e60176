#include "job/comet_peer.hpp"

#include <algorithm>
#include <random>
#include <utility>

#include "common/base/log.hpp"

namespace im::job {

using namespace std::chrono_literals;

namespace {

constexpr Duration kFirstBackoff = 100ms;
constexpr Duration kMaxBackoff = 2s;
constexpr Duration kHelloPatience = 5s;

// Half to full backoff, so that jobs do not return to a restarted comet all at once.
Duration backoff(int failures) {
  thread_local std::minstd_rand random{std::random_device{}()};
  const auto full = std::min<Duration>(kMaxBackoff, kFirstBackoff * (1 << std::min(failures, 8)));
  return full * std::uniform_int_distribution<int>(50, 100)(random) / 100;
}

}  // namespace

CometPeer::CometPeer(const CometInstance& instance, PeerContext& context)
    : instance_(instance),
      context_(context),
      link_(context.limits),
      since_(context.scheduler.now()),
      last_life_(since_) {}

void CometPeer::live_at(const CometNode& node) {
  if (node_ == node) return;
  const bool moved = node_ && node_->address != node.address;
  node_ = node;
  if (moved) disconnect();
  if (!stream_) connect();
}

void CometPeer::bus_changed() {
  disconnect();
  connect();
}

void CometPeer::connect() {
  if (retired_ || stream_ || !node_ || context_.bus.empty()) return;
  ++serial_;
  stream_ = context_.gateway.open({context_.job, context_.bus, context_.topic, *node_}, events());
  context_.scheduler.post_after(kHelloPatience, [weak = weak_from_this(), serial = serial_] {
    const auto self = weak.lock();
    if (!self || self->serial_ != serial || self->open_ || !self->stream_) return;
    self->on_ended({Error::Code::kTimeout, "no answer to hello"});
  });
}

// The events come on the gateway's threads; each is posted with the stream's number, since the peer may have gone on.
StreamEvents CometPeer::events() {
  const auto post = [weak = weak_from_this(), serial = serial_, &scheduler = context_.scheduler](auto handle) {
    scheduler.post([weak, serial, handle = std::move(handle)] {
      const auto self = weak.lock();
      if (self && self->serial_ == serial && self->stream_) handle(*self);
    });
  };
  return {[post] { post([](CometPeer& peer) { peer.on_opened(); }); },
          [post] { post([](CometPeer& peer) { peer.on_written(); }); },
          [post](std::uint64_t seq) { post([seq](CometPeer& peer) { peer.on_acked(seq); }); },
          [post](const Error& error) { post([error](CometPeer& peer) { peer.on_ended(error); }); }};
}

void CometPeer::on_opened() {
  open_ = true;
  failures_ = 0;
  last_life_ = context_.scheduler.now();
  link_.opened();
  log::info("comet stream open", {{"comet", node_->name}, {"epoch", instance_.epoch.value()}});
  pump();
}

void CometPeer::on_written() {
  writing_ = false;
  pump();
}

void CometPeer::on_acked(std::uint64_t seq) {
  const auto taken = link_.acked(seq);
  if (!taken) {
    on_ended({Error::Code::kInternal, "acknowledged seq " + std::to_string(seq) + ", which was never sent"});
    return;
  }
  last_life_ = context_.scheduler.now();
  counts_.acked += taken->size();
  for (const Delivery& delivery : *taken) counts_.ack_times->observe(last_life_ - delivery.record->read);
  if (!taken->empty()) context_.settled(*taken);
  if (const auto paid = link_.take_paid(); !paid.empty()) context_.paid(paid);
  pump();
}

void CometPeer::on_ended(const Error& error) {
  // One line when it is lost, not one per attempt.
  if (open_ || failures_ == 0) {
    log::warn("comet stream lost", {{"comet", node_->name}, {"address", node_->address}, {"reason", error.message}});
  }
  disconnect();
  context_.doubtful();
  connect_later();
}

void CometPeer::disconnect() {
  if (!stream_) return;
  stream_.reset();
  ++serial_;
  open_ = false;
  writing_ = false;
  ++counts_.reconnects;
  counts_.again += link_.closed();
}

void CometPeer::connect_later() {
  context_.scheduler.post_after(backoff(failures_++), [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->connect();
  });
}

void CometPeer::pump() {
  tell_stall();
  if (!open_ || writing_) return;
  const auto batch = link_.next_batch();
  if (!batch) return;
  writing_ = true;
  ++counts_.batches;
  if (batch->missed) ++counts_.missed_told;
  counts_.sent += batch->deliveries.size();
  stream_->write(*batch);
}

bool CometPeer::offer(Delivery delivery) {
  const bool taken = link_.offer(std::move(delivery));
  tell_stall();
  return taken;
}

// One line per change, not one per dropped push.
void CometPeer::tell_stall() {
  if (told_stalled_ == link_.stalled()) return;
  told_stalled_ = link_.stalled();
  const auto name = stats().name;
  if (told_stalled_) {
    log::warn("comet stalled: its pushes are dropped", {{"comet", name}, {"backlog_bytes", link_.waiting_bytes()}});
  } else {
    log::info("comet takes pushes again", {{"comet", name}});
  }
}

std::vector<Delivery> CometPeer::retire() {
  retired_ = true;
  disconnect();
  return link_.drain();
}

PeerStats CometPeer::stats() const {
  auto stats = counts_;
  stats.name = node_ ? node_->name : "unknown";
  stats.open = open_;
  stats.stalled = link_.stalled();
  stats.in_flight_bytes = link_.in_flight_bytes();
  stats.waiting_bytes = link_.waiting_bytes();
  return stats;
}

}  // namespace im::job
