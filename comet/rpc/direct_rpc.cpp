#include "comet/rpc/direct_rpc.hpp"

#include <algorithm>

#include "comet/rpc/batch_stream.hpp"
#include "comet/rpc/direct_reader.hpp"
#include "common/base/log.hpp"
#include "im/comet.grpc.pb.h"

namespace im::comet {

namespace {

/// Commands of one logic.
class DirectStream final : public BatchStream<DirectBatch> {
 public:
  DirectStream(const WorkerSet& workers, CometInstance self, DirectStats& stats, const std::function<void()>& drain)
      : BatchStream(self), workers_(workers), stats_(stats), drain_(drain) {}

 private:
  std::size_t count(const DirectBatch& batch) const override { return static_cast<std::size_t>(batch.commands_size()); }
  void greeted(const DirectBatch& batch) override {
    stats_.streams.fetch_add(1);
    log::info("direct stream", {{"logic", batch.hello().logic()}});
  }
  void refused() override { stats_.streams_refused.fetch_add(1); }
  void take(DirectBatch& batch, Taken taken) override {
    auto commands = read_commands(batch, self());
    const auto unreadable = std::ranges::count_if(
        commands, [](const DirectCommand& command) { return std::holds_alternative<std::monostate>(command); });
    stats_.commands.fetch_add(commands.size());
    stats_.unreadable.fetch_add(static_cast<std::uint64_t>(unreadable));
    if (std::ranges::any_of(commands, [](const auto& command) { return std::holds_alternative<Drain>(command); }))
      drain_();
    workers_.hand_over(std::move(commands), std::move(taken));
  }

  const WorkerSet& workers_;
  DirectStats& stats_;
  const std::function<void()>& drain_;
};

class DirectService final : public CometDirect::CallbackService {
 public:
  DirectService(const WorkerSet& workers, Self self, DirectStats& stats, std::function<void()> drain)
      : workers_(workers), self_(std::move(self)), stats_(stats), drain_(std::move(drain)) {}
  grpc::ServerBidiReactor<DirectBatch, PushAck>* Direct(grpc::CallbackServerContext*) override {
    return new DirectStream(workers_, self_(), stats_, drain_);
  }

 private:
  const WorkerSet& workers_;
  Self self_;
  DirectStats& stats_;
  const std::function<void()> drain_;
};

}  // namespace

std::unique_ptr<grpc::Service> make_direct_service(const WorkerSet& workers, Self self, DirectStats& stats,
                                                   std::function<void()> drain) {
  return std::make_unique<DirectService>(workers, std::move(self), stats, std::move(drain));
}

}  // namespace im::comet
