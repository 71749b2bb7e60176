#include "comet/rpc/digest_answer.hpp"

#include <memory>
#include <mutex>
#include <utility>

#include "comet/rpc/this_comet.hpp"

namespace im::comet {

namespace {

class DigestAnswer final : public grpc::ServerUnaryReactor {
 public:
  /// What outlives the call: the source may answer after it is over, or never.
  struct Shared {
    std::mutex mutex;
    DigestAnswer* call = nullptr;  ///< null once it is over
  };
  explicit DigestAnswer(DigestReply& reply) : shared_(std::make_shared<Shared>()), reply_(reply) {
    shared_->call = this;
  }
  std::shared_ptr<Shared> shared() const { return shared_; }

  /// Under the lock of Shared.
  void answer(const std::vector<std::uint64_t>& sums) {
    if (finished_) return;
    reply_.mutable_digests()->Add(sums.begin(), sums.end());
    end(grpc::Status::OK);
  }
  void end(const grpc::Status& status) {
    if (!std::exchange(finished_, true)) Finish(status);
  }

  void OnCancel() override {
    const auto keep = shared_;
    const std::lock_guard lock(keep->mutex);
    end(grpc::Status::CANCELLED);
  }
  void OnDone() override {
    {
      const std::lock_guard lock(shared_->mutex);
      shared_->call = nullptr;
    }
    delete this;
  }

 private:
  std::shared_ptr<Shared> shared_;
  DigestReply& reply_;
  bool finished_ = false;
};

}  // namespace

grpc::ServerUnaryReactor* start_digest(CometInstance self, const DigestRequest& request, DigestReply& reply,
                                       const DigestSource& source) {
  auto* call = new DigestAnswer(reply);
  if (const grpc::Status refusal = meant_for(self, request); !refusal.ok()) {
    call->end(refusal);
    return call;
  }
  source([shared = call->shared()](const std::vector<std::uint64_t>& sums) {
    const std::lock_guard lock(shared->mutex);
    if (shared->call != nullptr) shared->call->answer(sums);
  });
  return call;
}

}  // namespace im::comet
