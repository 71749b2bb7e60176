#include "router/kv/kv_rpc.hpp"

#include <charconv>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "common/base/clock.hpp"
#include "common/base/log.hpp"
#include "common/base/slot.hpp"
#include "im/kv.grpc.pb.h"
#include "router/kv/expiring_table.hpp"

namespace im::router {

namespace {

constexpr std::size_t kMaxKey = 256;
constexpr std::size_t kMaxValue = 64U * 1024;
constexpr std::int64_t kMaxTtlMs = 24LL * 3600 * 1000;
const grpc::Status kNotOwner{grpc::StatusCode::ABORTED, "another router has this slot"};

/// "v/<key>" at the key's slot, value: "<time of its end in ms, by the cluster's clock> <value>".
constexpr std::string_view kField = "v/";
std::string field_of(const std::string& key) { return std::string(kField) + key; }

class Service final : public KvRpc, public Kv::CallbackService {
 public:
  Service(std::size_t max_bytes, SlotJournal& journal, KvAround around)
      : table_(max_bytes, [this](const std::string& key) { forgotten(key); }),
        journal_(journal),
        around_(std::move(around)) {}
  grpc::Service& service() override { return *this; }

  KvStats stats() const override {
    const std::lock_guard lock(mutex_);
    return {table_.size(), table_.bytes(), refused_full_, table_.evicted()};
  }

  grpc::ServerUnaryReactor* Put(grpc::CallbackServerContext* context, const KvPutRequest* request,
                                KvPutReply* reply) override {
    auto* reactor = context->DefaultReactor();
    reactor->Finish(put(*request, *reply));
    return reactor;
  }

  grpc::ServerUnaryReactor* Get(grpc::CallbackServerContext* context, const KvGetRequest* request,
                                KvGetReply* reply) override {
    auto* reactor = context->DefaultReactor();
    reactor->Finish(get(request->key(), *reply));
    return reactor;
  }

  grpc::ServerUnaryReactor* Remove(grpc::CallbackServerContext* context, const KvRemoveRequest* request,
                                   KvRemoveReply*) override {
    auto* reactor = context->DefaultReactor();
    reactor->Finish(remove(request->key()));
    return reactor;
  }

  void tick() override {
    const std::lock_guard lock(mutex_);
    const auto now = monotonic_now();
    table_.expire(now);
    if (table_.evicted() == told_evicted_ || now - told_at_ < std::chrono::minutes(1)) return;
    log::warn("idempotency keys are forgotten before their time: kv.max_bytes is too small",
              {{"forgotten", table_.evicted() - told_evicted_}});
    told_evicted_ = table_.evicted();
    told_at_ = now;
  }

  // ---- slots

  void load(std::size_t slot, const SlotFields& fields) override {
    const std::lock_guard lock(mutex_);
    const TimePoint now = monotonic_now();
    const std::int64_t now_ms = around_.now_ms();
    for (const auto& [field, text] : fields) {
      if (!field.starts_with(kField)) continue;
      std::int64_t until = 0;
      const char* const end = text.data() + text.size();
      const auto number = std::from_chars(text.data(), end, until);
      if (number.ec != std::errc() || number.ptr == end || until <= now_ms) {
        over_[slot].push_back(field);
        continue;
      }
      table_.put(field.substr(kField.size()), std::string(number.ptr + 1, end),
                 now + std::chrono::milliseconds(until - now_ms), true, now, nullptr);
    }
  }
  void own(std::size_t slot, std::uint64_t) override {
    const std::lock_guard lock(mutex_);
    owned_.set(slot);
    for (auto& field : over_[slot]) journal_.erase(slot, std::move(field));
    over_.erase(slot);
  }
  void disown(std::size_t slot) override {
    const std::lock_guard lock(mutex_);
    owned_.reset(slot);
    over_.erase(slot);
    std::vector<std::string> keys;
    table_.for_each([&](const std::string& key, const std::string&, TimePoint) {
      if (slot_of(key) == slot) keys.push_back(key);
    });
    for (const auto& key : keys) table_.remove(key);
  }
  std::vector<SlotWrite> dump(std::size_t slot) override {
    std::vector<SlotWrite> writes;
    const std::lock_guard lock(mutex_);
    table_.for_each([&](const std::string& key, const std::string& value, TimePoint until) {
      if (slot_of(key) == slot) writes.push_back({field_of(key), encode(value, until)});
    });
    return writes;
  }

 private:
  std::string encode(const std::string& value, TimePoint until) const {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - monotonic_now()).count();
    return std::to_string(around_.now_ms() + left) + " " + value;
  }

  /// What ends here ends in the store, too: there nothing else would remove it.
  void forgotten(const std::string& key) {
    if (owned_[slot_of(key)]) journal_.erase(slot_of(key), field_of(key));
  }

  grpc::Status get(const std::string& key, KvGetReply& reply) {
    const std::lock_guard lock(mutex_);
    if (!around_.firm() || !owned_[slot_of(key)]) return kNotOwner;
    const std::string* value = table_.find(key, monotonic_now());
    reply.set_found(value != nullptr);
    if (value != nullptr) reply.set_value(*value);
    return grpc::Status::OK;
  }

  grpc::Status remove(const std::string& key) {
    const std::size_t slot = slot_of(key);
    const std::lock_guard lock(mutex_);
    if (!around_.firm() || !owned_[slot]) return kNotOwner;
    table_.remove(key);
    journal_.erase(slot, field_of(key));
    return grpc::Status::OK;
  }

  grpc::Status put(const KvPutRequest& request, KvPutReply& reply) {
    if (request.key().empty() || request.key().size() > kMaxKey || request.value().size() > kMaxValue ||
        request.ttl_ms() < 1 || request.ttl_ms() > kMaxTtlMs)
      return {grpc::StatusCode::INVALID_ARGUMENT,
              "key of 1 to 256 bytes, value of at most 64 KiB, time to live of 1 ms to 24 h"};
    const std::size_t slot = slot_of(request.key());
    const TimePoint now = monotonic_now();
    const TimePoint until = now + std::chrono::milliseconds(request.ttl_ms());
    const std::lock_guard lock(mutex_);
    if (!around_.firm() || !owned_[slot]) return kNotOwner;
    const auto put =
        table_.put(request.key(), request.value(), until, request.if_absent(), now, reply.mutable_existing());
    reply.set_stored(put == ExpiringTable::Put::kStored);
    if (reply.stored()) journal_.put(slot, field_of(request.key()), encode(request.value(), until));
    if (put != ExpiringTable::Put::kFull) return grpc::Status::OK;
    ++refused_full_;
    return {grpc::StatusCode::RESOURCE_EXHAUSTED, "the table of revocations is full (router: kv.max_bytes)"};
  }

  mutable std::mutex mutex_;
  ExpiringTable table_;
  SlotSet owned_;
  std::map<std::size_t, std::vector<std::string>> over_;  ///< met while a slot was loaded, erased when it is owned
  SlotJournal& journal_;
  const KvAround around_;
  std::uint64_t refused_full_ = 0;
  std::uint64_t told_evicted_ = 0;
  TimePoint told_at_{};
};

}  // namespace

std::unique_ptr<KvRpc> make_kv_rpc(std::size_t max_bytes, SlotJournal& journal, KvAround around) {
  return std::make_unique<Service>(max_bytes, journal, std::move(around));
}

}  // namespace im::router
