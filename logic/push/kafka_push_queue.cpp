#include "logic/push/kafka_push_queue.hpp"

#include <atomic>
#include <utility>

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include "common/base/fault.hpp"
#include "common/push/wire.hpp"

namespace im::logic {

namespace {

/// The record, its content appended as it was encoded once: protobuf takes fields in any order.
std::string serialize(const QueuedPush& push, const std::string& cluster) {
  im::push::Record record;
  record.set_cluster(cluster);
  record.set_scope(to_wire(push.scope));
  for (const auto& target : push.targets) {
    auto& out = *record.add_targets();
    out.set_comet(target.comet.number.value());
    out.set_epoch(target.comet.epoch.value());
    for (const ConnId conn : target.conns) out.add_conns(conn.raw());
  }
  record.set_room(push.room);
  record.set_speed(push.speed);
  for (const Uid uid : push.lookup_uids) record.add_lookup_uids(uid.value());
  for (const auto& key : push.lookup_keys) record.add_lookup_keys(key);
  std::string bytes;
  bytes.reserve(record.ByteSizeLong() + push.content->size() + 16);
  record.AppendToString(&bytes);
  google::protobuf::io::StringOutputStream out(&bytes);
  google::protobuf::io::CodedOutputStream coded(&out);
  constexpr std::uint32_t kLengthDelimited = 2;
  coded.WriteTag(im::push::Record::kContentFieldNumber << 3 | kLengthDelimited);
  coded.WriteVarint32(static_cast<std::uint32_t>(push.content->size()));
  coded.WriteString(*push.content);
  coded.Trim();
  return bytes;
}

class KafkaPushQueue final : public PushQueue {
 public:
  KafkaPushQueue(kafka::Producer& producer, Histogram& acks, std::string cluster)
      : producer_(producer), acks_(acks), cluster_(std::move(cluster)) {}
  void push(QueuedPush push, Done done) override {
    if (fault::fire("logic.before_produce")) return done(Error{Error::Code::kUnavailable, "left out"});
    if (fault::fire("logic.answers_unproduced")) return done(Ok{});
    if (fault::fire("logic.scatters")) push.order_key += std::to_string(++scattered_);
    producer_.produce(push.order_key, serialize(push, cluster_),
                      [this, done = std::move(done), begun = monotonic_now()](const auto& result) {
                        if (result.ok()) acks_.observe(monotonic_now() - begun);
                        if (fault::fire("logic.after_ack")) return;
                        done(result.ok() ? Status(Ok{}) : Status(result.error()));
                      });
  }

 private:
  kafka::Producer& producer_;
  Histogram& acks_;
  const std::string cluster_;
  std::atomic<unsigned> scattered_{0};  ///< fault builds
};

}  // namespace

std::unique_ptr<PushQueue> make_kafka_push_queue(kafka::Producer& producer, Histogram& acks, std::string cluster) {
  return std::make_unique<KafkaPushQueue>(producer, acks, std::move(cluster));
}

}  // namespace im::logic
