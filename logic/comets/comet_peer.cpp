#include "logic/comets/comet_peer.hpp"

#include <algorithm>
#include <random>
#include <utility>

#include "common/base/log.hpp"

namespace im::logic {

using namespace std::chrono_literals;

namespace {

constexpr Duration kFirstBackoff = 100ms;
constexpr Duration kMaxBackoff = 2s;
const Error kGone{Error::Code::kNotFound, "is gone"};

// Half to full backoff, so that logics do not return to a restarted comet all at once.
Duration backoff(int failures) {
  thread_local std::minstd_rand random{std::random_device{}()};
  const auto full = std::min<Duration>(kMaxBackoff, kFirstBackoff * (1 << std::min(failures, 8)));
  return full * std::uniform_int_distribution<int>(50, 100)(random) / 100;
}

}  // namespace

CometPeer::CometPeer(CometPlace place, CometPeers& shared)
    : place_(std::move(place)), shared_(shared), link_(shared.limits) {}

void CometPeer::send(CometCommand command, Reached done) {
  if (retired_) return done(named(kGone));
  if (!link_.offer(std::move(command), done, shared_.scheduler.now())) {
    ++shared_.stats.overloaded;
    return done(named({Error::Code::kOverloaded, "too much waits"}));
  }
  if (!stream_ && !resting_) connect();
  pump();
  watch_clock();
}

Error CometPeer::named(const Error& error) const { return {error.code, "comet " + place_.name + ": " + error.message}; }

void CometPeer::connect() {
  ++serial_;
  stream_ = shared_.transport.open(place_, events());
  // Until it is open nobody can tell a slow comet from a dead one.
  shared_.scheduler.post_after(shared_.limits.patience, [weak = weak_from_this(), serial = serial_] {
    const auto self = weak.lock();
    if (self && self->serial_ == serial && self->stream_ && !self->open_)
      self->on_ended({Error::Code::kTimeout, "no answer to hello"});
  });
}

// The events come on the transport's threads; each is posted with the stream's number, since the peer may have gone on.
DirectEvents CometPeer::events() {
  const auto post = [weak = weak_from_this(), serial = serial_, &scheduler = shared_.scheduler](auto handle) {
    scheduler.post([weak, serial, handle = std::move(handle)] {
      const auto self = weak.lock();
      if (self && self->serial_ == serial && self->stream_) handle(*self);
    });
  };
  return {[post] { post([](CometPeer& peer) { peer.on_opened(); }); },
          [post] {
            post([](CometPeer& peer) {
              peer.writing_ = false;
              peer.pump();
            });
          },
          [post](std::uint64_t seq, std::vector<std::int32_t> reached) {
            post([seq, reached = std::move(reached)](CometPeer& peer) { peer.on_acked(seq, reached); });
          },
          [post](const Error& error) { post([error](CometPeer& peer) { peer.on_ended(error); }); }};
}

void CometPeer::on_opened() {
  open_ = true;
  failures_ = 0;
  ++shared_.stats.streams;
  pump();
}

void CometPeer::on_acked(std::uint64_t seq, const std::vector<std::int32_t>& reached) {
  auto told = link_.acked(seq, reached);
  if (!told) return on_ended({Error::Code::kInternal, "acknowledged seq " + std::to_string(seq) + " out of turn"});
  settle(std::move(*told));
  pump();
}

void CometPeer::on_ended(const Error& error) {
  // One line when it is lost, not one per attempt.
  if (open_ || failures_ == 0)
    log::warn("direct stream lost", {{"comet", place_.name}, {"address", place_.address}, {"reason", error.message}});
  if (open_) ++shared_.stats.lost;
  stream_.reset();
  ++serial_;
  open_ = writing_ = false;
  // Another instance: what waits is not for it.
  settle(error.code == Error::Code::kConflict ? link_.drain(error) : link_.closed(error));
  resting_ = true;
  shared_.scheduler.post_after(backoff(failures_++), [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self) return;
    self->resting_ = false;
    if (!self->retired_ && !self->stream_ && !self->link_.idle()) self->connect();
  });
}

void CometPeer::pump() {
  if (!open_ || writing_) return;
  const auto batch = link_.next_batch();
  if (!batch) return;
  writing_ = true;
  stream_->write(*batch);
}

void CometPeer::watch_clock() {
  if (watching_) return;
  const auto due = link_.due();
  if (!due) return;
  watching_ = true;
  const auto left = std::max<Duration>(*due - shared_.scheduler.now(), 1ms);
  shared_.scheduler.post_after(left, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self) return;
    self->watching_ = false;
    self->settle(self->link_.expire(self->shared_.scheduler.now()));
    self->watch_clock();
  });
}

void CometPeer::retire() {
  retired_ = true;
  stream_.reset();
  ++serial_;
  open_ = false;
  settle(link_.drain(kGone));
}

void CometPeer::settle(std::vector<Settled> told) {
  for (Settled& one : told) {
    ++(one.result.ok() ? shared_.stats.taken : shared_.stats.failed);
    one.done(one.result.ok() ? std::move(one.result) : named(one.result.error()));
  }
}

}  // namespace im::logic
