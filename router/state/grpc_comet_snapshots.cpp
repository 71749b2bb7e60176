#include "router/state/grpc_comet_snapshots.hpp"

#include <condition_variable>
#include <mutex>
#include <set>
#include <utility>

#include "common/rpc/call.hpp"
#include "common/rpc/channel.hpp"
#include "common/rpc/live_calls.hpp"
#include "common/rpc/server.hpp"
#include "im/comet.grpc.pb.h"
#include "router/sessions/session_rows.hpp"
#include "router/state/snapshot_tally.hpp"

namespace im::router {

namespace {

namespace ct = im::comet;
constexpr std::chrono::seconds kDeadline{10};
constexpr std::chrono::seconds kDigestDeadline{3};

CometHoldings holdings_of(const ct::SnapshotPart& part) {
  CometHoldings holdings;
  for (const auto& session : part.sessions()) holdings.sessions.push_back(row_of(session));
  for (const auto& room : part.rooms()) holdings.rooms.push_back({room.room(), room.version()});
  return holdings;
}

/// Deletes itself when the stream is over.
class Reader final : public grpc::ClientReadReactor<ct::SnapshotPart> {
 public:
  using Part = std::function<void(CometHoldings)>;
  Reader(std::shared_ptr<grpc::Channel> channel, Part part, std::function<void(Reader*, Status)> done)
      : channel_(std::move(channel)),
        stub_(ct::Comet::NewStub(channel_)),
        part_(std::move(part)),
        done_(std::move(done)) {}

  void start(const ct::SnapshotRequest& request) {
    request_ = request;
    context_.set_deadline(std::chrono::system_clock::now() + kDeadline);
    stub_->async()->Snapshot(&context_, &request_, this);
    StartRead(&message_);
    StartCall();
  }
  void cancel() { context_.TryCancel(); }
  void OnReadDone(bool ok) override {
    if (!ok) return;
    tally_.add(message_);
    part_(holdings_of(message_));
    StartRead(&message_);
  }
  void OnDone(const grpc::Status& status) override {
    const auto done = std::move(done_);
    done(this, status.ok() ? tally_.whole() : Status(rpc::from_grpc(status)));
    delete this;
  }

 private:
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<ct::Comet::Stub> stub_;
  grpc::ClientContext context_;
  ct::SnapshotRequest request_;
  ct::SnapshotPart message_;
  SnapshotTally tally_;
  Part part_;
  std::function<void(Reader*, Status)> done_;
};

class GrpcCometSnapshots final : public CometSnapshots {
 public:
  ~GrpcCometSnapshots() override {
    std::unique_lock lock(mutex_);
    closing_ = true;
    for (Reader* reader : running_) reader->cancel();
    none_.wait_for(lock, std::chrono::seconds(5), [this] { return running_.empty(); });
    lock.unlock();
    live_->wait(kDigestDeadline);
  }

  void ask(const std::string& address, CometInstance comet, const SlotSet& slots,
           std::function<void(CometHoldings)> part, std::function<void(Status)> done) override {
    ct::SnapshotRequest request;
    request.set_comet(comet.number.value());
    request.set_comet_epoch(comet.epoch.value());
    request.set_slots(to_bytes(slots));
    // A connection per question: they are rare, and none outlives its comet.
    auto* reader = new Reader(rpc::make_channel(address, pki::Role::kComet), std::move(part),
                              [this, done = std::move(done)](Reader* ended, const Status& status) {
                                done(status);
                                const std::lock_guard lock(mutex_);
                                running_.erase(ended);
                                if (running_.empty()) none_.notify_all();
                              });
    {
      const std::lock_guard lock(mutex_);
      running_.insert(reader);
      if (closing_) reader->cancel();
    }
    reader->start(request);
  }

  void digest(const std::string& address, CometInstance comet,
              std::function<void(Result<std::vector<std::uint64_t>>)> done) override {
    ct::DigestRequest request;
    request.set_comet(comet.number.value());
    request.set_comet_epoch(comet.epoch.value());
    const std::shared_ptr<ct::Comet::Stub> stub = ct::Comet::NewStub(rpc::make_channel(address, pki::Role::kComet));
    live_->begin();
    rpc::call<ct::DigestReply>(
        std::move(request), kDigestDeadline,
        [stub](grpc::ClientContext* context, const ct::DigestRequest* ask, ct::DigestReply* reply,
               std::function<void(grpc::Status)> finish) {
          stub->async()->Digest(context, ask, reply, std::move(finish));
        },
        [stub, live = live_, done = std::move(done)](const Result<ct::DigestReply>& reply) {
          if (reply.ok()) {
            done(std::vector<std::uint64_t>(reply.value().digests().begin(), reply.value().digests().end()));
          } else {
            done(reply.error());
          }
          live->end();
        });
  }

 private:
  std::mutex mutex_;
  std::condition_variable none_;
  std::set<Reader*> running_;
  bool closing_ = false;
  std::shared_ptr<rpc::LiveCalls> live_ = std::make_shared<rpc::LiveCalls>();
};

}  // namespace

std::unique_ptr<CometSnapshots> make_grpc_comet_snapshots() { return std::make_unique<GrpcCometSnapshots>(); }

}  // namespace im::router
