#include "router/kv_rpc.hpp"

#include <mutex>

#include "im/kv.grpc.pb.h"
#include "router/expiring_table.hpp"

namespace im::router {

namespace {

constexpr std::size_t kMaxKey = 256;
constexpr std::size_t kMaxValue = 64U * 1024;
constexpr std::int64_t kMaxTtlMs = 24LL * 3600 * 1000;

class Service final : public KvRpc, public Kv::CallbackService {
 public:
  explicit Service(std::size_t max_bytes) : table_(max_bytes) {}
  grpc::Service& service() override { return *this; }

  KvStats stats() const override {
    const std::lock_guard lock(mutex_);
    return {table_.size(), table_.bytes(), refused_full_};
  }

  grpc::ServerUnaryReactor* Put(grpc::CallbackServerContext* context, const KvPutRequest* request,
                                KvPutReply* reply) override {
    auto* reactor = context->DefaultReactor();
    reactor->Finish(put(*request, *reply));
    return reactor;
  }

  grpc::ServerUnaryReactor* Remove(grpc::CallbackServerContext* context, const KvRemoveRequest* request,
                                   KvRemoveReply*) override {
    auto* reactor = context->DefaultReactor();
    {
      const std::lock_guard lock(mutex_);
      table_.remove(request->key());
    }
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

 private:
  grpc::Status put(const KvPutRequest& request, KvPutReply& reply) {
    if (request.key().empty() || request.key().size() > kMaxKey || request.value().size() > kMaxValue ||
        request.ttl_ms() < 1 || request.ttl_ms() > kMaxTtlMs)
      return {grpc::StatusCode::INVALID_ARGUMENT,
              "key of 1 to 256 bytes, value of at most 64 KiB, time to live of 1 ms to 24 h"};
    const TimePoint now = monotonic_now();
    const std::lock_guard lock(mutex_);
    const auto put = table_.put(request.key(), request.value(), now + std::chrono::milliseconds(request.ttl_ms()),
                                request.if_absent(), now, reply.mutable_existing());
    reply.set_stored(put == ExpiringTable::Put::kStored);
    if (put != ExpiringTable::Put::kFull) return grpc::Status::OK;
    ++refused_full_;
    return {grpc::StatusCode::RESOURCE_EXHAUSTED, "the table of idempotency keys is full (router: kv.max_bytes)"};
  }

  mutable std::mutex mutex_;
  ExpiringTable table_;
  std::uint64_t refused_full_ = 0;
};

}  // namespace

std::unique_ptr<KvRpc> make_kv_rpc(std::size_t max_bytes) { return std::make_unique<Service>(max_bytes); }

}  // namespace im::router
