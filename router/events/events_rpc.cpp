#include "router/events/events_rpc.hpp"

#include <mutex>
#include <set>
#include <utility>

#include "im/events.grpc.pb.h"

namespace im::router {

namespace {

namespace ev = im::events;
using grpc::StatusCode;

constexpr std::size_t kEventsPerBatch = 500;
constexpr std::size_t kPartBytes = 1 << 20;
constexpr std::size_t kMaxName = 256;

/// The streams that are open. They outlive the service's calls, never the service.
class Streams {
 public:
  template <class Stream>
  void add(Stream* stream) {
    const std::lock_guard lock(mutex_);
    streams_.insert(stream);
  }
  void remove(grpc::ServerBidiReactor<ev::WatchRequest, ev::EventPart>* stream) {
    const std::lock_guard lock(mutex_);
    streams_.erase(stream);
  }
  /// Under the guard: a stream that is being visited is not deleted.
  template <class Visit>
  void each(Visit&& visit) {
    const std::lock_guard lock(mutex_);
    for (auto* stream : streams_) visit(stream);
  }

 private:
  std::mutex mutex_;
  std::set<grpc::ServerBidiReactor<ev::WatchRequest, ev::EventPart>*> streams_;
};

/// One logic that listens. Deletes itself when the stream is over.
class WatchStream final : public grpc::ServerBidiReactor<ev::WatchRequest, ev::EventPart> {
 public:
  WatchStream(EventBoard& board, const SessionsOf& sessions_of, const CallOf& call_of, Streams& streams)
      : board_(board), sessions_of_(sessions_of), call_of_(call_of), streams_(streams) {
    streams_.add(this);
    StartRead(&request_);
  }

  void OnReadDone(bool ok) override {
    if (!ok) return end({});
    if (!heard()) return;
    StartRead(&request_);
    send_next();
  }
  void OnWriteDone(bool ok) override {
    if (!ok) return end({});
    {
      const std::lock_guard lock(mutex_);
      if (++next_part_ < parts_.size()) return StartWrite(&parts_[next_part_]);
      parts_.clear();
      settle();
    }
    send_next();
  }
  void OnDone() override {
    streams_.remove(this);
    if (watcher_ != 0) board_.leave(watcher_);
    delete this;
  }

  /// The next batch, when the last one is settled and there is one.
  void send_next() {
    const std::lock_guard lock(mutex_);
    if (watcher_ == 0 || under_way_ || ended_) return;
    const auto events = board_.take(watcher_, kEventsPerBatch);
    if (events.empty()) return;
    under_way_ = true;
    parts_ = parts_of(++batch_, events, sessions_of_, kPartBytes, call_of_);
    next_part_ = 0;
    StartWrite(&parts_.front());
  }
  void end(const grpc::Status& status) {
    const std::lock_guard lock(mutex_);
    if (!std::exchange(ended_, true)) Finish(status);
  }

 private:
  /// False: the stream has been ended.
  bool heard() {
    {
      const std::lock_guard lock(mutex_);
      if (watcher_ == 0 && !request_.watcher().empty() && request_.watcher().size() <= kMaxName) {
        watcher_ = board_.watch(request_.watcher());
        return true;
      }
      if (watcher_ != 0 && under_way_ && !settled_ && request_.settled() == batch_) {
        settled_ = true;
        settle();
        return true;
      }
    }
    end({StatusCode::INVALID_ARGUMENT, "first a watcher's name, then each batch settled once"});
    return false;
  }

  /// The answer may be here before we hear that its question was written. The caller holds the guard.
  void settle() {
    if (!settled_ || !parts_.empty()) return;
    board_.settle(watcher_);
    under_way_ = settled_ = false;
  }

  EventBoard& board_;
  const SessionsOf& sessions_of_;
  const CallOf& call_of_;
  Streams& streams_;
  std::mutex mutex_;
  ev::WatchRequest request_;
  EventBoard::Watcher watcher_ = 0;
  std::uint64_t batch_ = 0;
  bool under_way_ = false, settled_ = false;
  bool ended_ = false;
  std::vector<ev::EventPart> parts_;
  std::size_t next_part_ = 0;
};

class SlotEventsService final : public EventsRpc, public ev::SlotEvents::CallbackService {
 public:
  SlotEventsService(EventBoard& board, SessionsOf sessions_of, CallOf call_of)
      : board_(board), sessions_of_(std::move(sessions_of)), call_of_(std::move(call_of)) {}

  grpc::Service& service() override { return *this; }
  void tick() override {
    streams_.each([](auto* stream) { static_cast<WatchStream*>(stream)->send_next(); });
  }
  void stop() override {
    streams_.each(
        [](auto* stream) { static_cast<WatchStream*>(stream)->end({StatusCode::UNAVAILABLE, "this router stops"}); });
  }
  grpc::ServerBidiReactor<ev::WatchRequest, ev::EventPart>* Watch(grpc::CallbackServerContext*) override {
    return new WatchStream(board_, sessions_of_, call_of_, streams_);
  }

 private:
  EventBoard& board_;
  const SessionsOf sessions_of_;
  const CallOf call_of_;
  Streams streams_;
};

}  // namespace

std::unique_ptr<EventsRpc> make_events_rpc(EventBoard& board, SessionsOf sessions_of, CallOf call_of) {
  return std::make_unique<SlotEventsService>(board, std::move(sessions_of), std::move(call_of));
}

}  // namespace im::router
