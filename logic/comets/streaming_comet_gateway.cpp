#include "logic/comets/streaming_comet_gateway.hpp"

#include <utility>

#include "common/base/log.hpp"
#include "common/base/when_all.hpp"

namespace im::logic {

namespace {

constexpr std::chrono::seconds kPruneEvery{1};
const Error kStopped{Error::Code::kUnavailable, "this logic is stopping"};

}  // namespace

StreamingCometGateway::StreamingCometGateway(std::unique_ptr<DirectTransport> transport, CometTable::Comets comets,
                                             DirectLimits limits)
    : transport_(std::move(transport)),
      shared_{thread_, *transport_, limits, stats_},
      table_(shared_, std::move(comets)) {}

StreamingCometGateway::~StreamingCometGateway() { stop(); }

void StreamingCometGateway::start() {
  stopped_ = false;
  thread_.start();
  thread_.post([this] { prune(); });
}

void StreamingCometGateway::stop() {
  if (stopped_.exchange(true)) return;
  thread_.post([this] { table_.retire_all(); });
  thread_.stop();
}

void StreamingCometGateway::send(const CometInstance& comet, CometCommand command, Reached done) {
  if (stopped_) return done(kStopped);
  const std::size_t bytes = bytes_of(command);
  if (posted_.fetch_add(bytes) > kMaxPosted) {
    posted_ -= bytes;
    ++stats_.overloaded;
    return done(Error{Error::Code::kOverloaded, "too many commands for comets at a time"});
  }
  thread_.post([this, comet, bytes, command = std::move(command), done = std::move(done)]() mutable {
    posted_ -= bytes;
    const auto peer = table_.find(comet);
    if (!peer) return done(Error{Error::Code::kNotFound, "the registry names no such comet"});
    peer->send(std::move(command), heard(std::move(done)));
  });
}

void StreamingCometGateway::kick_everywhere(Kick kick, Reached done) {
  if (stopped_) return done(kStopped);
  thread_.post([this, kick = std::move(kick), done = std::move(done)] {
    const auto peers = table_.all();
    if (peers.empty()) return done(Error{Error::Code::kUnavailable, "the router has named no comet"});
    WhenAll<std::int32_t> all(done);
    for (const auto& peer : peers) peer->send(kick, all.part());
  });
}

void StreamingCometGateway::trace(const TraceAsk& ask, Traced done) {
  if (stopped_) return done(kStopped);
  thread_.post([this, ask, done = std::move(done)] {
    const auto peer = table_.find(ask.comet);
    if (!peer) return done(Error{Error::Code::kNotFound, "the registry names no such comet"});
    transport_->trace(peer->place(), ask, done);
  });
}

/// A command that failed is heard of in the log, at most once a minute.
Reached StreamingCometGateway::heard(Reached done) {
  return [this, done = std::move(done)](Result<std::int32_t> result) {
    if (!result.ok()) {
      if (const auto times = failures_.tell(thread_.now()); times > 0)
        log::warn("direct commands failed", {{"count", times}, {"last", result.error().message}});
    }
    done(std::move(result));
  };
}

void StreamingCometGateway::prune() {
  table_.prune();
  size_ = table_.size();
  thread_.post_after(kPruneEvery, [this] { prune(); });
}

}  // namespace im::logic
