#include "logic/comets/streaming_comet_gateway.hpp"

#include <utility>

#include "common/base/log.hpp"
#include "common/base/when_all.hpp"

namespace im::logic {

namespace {

constexpr std::chrono::seconds kPruneEvery{1};
const Error kStopped{Error::Code::kUnavailable, "this logic is stopping"};
const Error kTooMany{Error::Code::kOverloaded, "too many commands for comets at a time"};
const Error kNotAll{Error::Code::kUnavailable, "the router has not named every comet yet"};

}  // namespace

StreamingCometGateway::StreamingCometGateway(std::unique_ptr<DirectTransport> transport, CometTable::Comets comets,
                                             DirectLimits limits)
    : transport_(std::move(transport)),
      shared_{thread_, *transport_, limits, stats_},
      table_(shared_, std::move(comets)),
      held_(shared_, table_) {}

StreamingCometGateway::~StreamingCometGateway() { stop(); }

void StreamingCometGateway::start() {
  {
    const std::lock_guard lock(door_);
    stopped_ = false;
  }
  thread_.start();
  thread_.post([this] { prune(); });
}

void StreamingCometGateway::stop() {
  {
    const std::lock_guard lock(door_);
    if (std::exchange(stopped_, true)) return;
  }
  thread_.post([this] {
    held_.drain(kStopped);
    table_.retire_all();
  });
  thread_.stop();
}

void StreamingCometGateway::send(const CometInstance& comet, CometCommand command, Reached done) {
  const std::size_t bytes = bytes_of(command);
  if (posted_.fetch_add(bytes) > kMaxPosted) {
    posted_ -= bytes;
    ++stats_.overloaded;
    ++refused_;  // said by prune(): a refusal must not fill the queue that is full
    return done(kTooMany);
  }
  std::unique_lock door(door_);
  if (stopped_) {
    posted_ -= bytes;
    door.unlock();
    return done(kStopped);
  }
  thread_.post([this, comet, bytes, command = std::move(command), done = std::move(done)]() mutable {
    posted_ -= bytes;
    held_.send(comet, std::move(command), heard(std::move(done)));
  });
}

void StreamingCometGateway::kick_everywhere(Kick kick, Reached done) {
  std::unique_lock door(door_);
  if (stopped_) {
    door.unlock();
    return done(kStopped);
  }
  thread_.post([this, kick = std::move(kick), done = std::move(done)] {
    const bool whole = table_.whole();  // before it is read: at worst all are told, and it is not believed
    const auto peers = table_.all();
    WhenAll<std::int32_t> all(heard(done));
    if (!whole || peers.empty()) all.part()(kNotAll);
    for (const auto& peer : peers) peer->send(kick, all.part());
  });
}

void StreamingCometGateway::trace(const TraceAsk& ask, Traced done) {
  std::unique_lock door(door_);
  if (stopped_) {
    door.unlock();
    return done(kStopped);
  }
  thread_.post([this, ask, done = std::move(done)] {
    const auto peer = table_.find(ask.comet);
    if (!peer && table_.may_live(ask.comet)) return done(kNotAll);
    if (!peer) return done(Error{Error::Code::kNotFound, "the registry names no such comet"});
    transport_->trace(peer->place(), ask, done);
  });
}

/// A command that failed is heard of in the log, at most once a minute.
Reached StreamingCometGateway::heard(Reached done) {
  return [this, done = std::move(done)](Result<std::int32_t> result) {
    if (!result.ok()) failed(result.error());
    done(std::move(result));
  };
}

void StreamingCometGateway::failed(const Error& why) {
  if (const auto times = failures_.tell(thread_.now()); times > 0)
    log::warn("direct commands failed", {{"count", times}, {"last", why.message}});
}

void StreamingCometGateway::prune() {
  if (refused_.exchange(0) > 0) failed(kTooMany);
  table_.prune();
  size_ = table_.size();
  thread_.post_after(kPruneEvery, [this] { prune(); });
}

}  // namespace im::logic
