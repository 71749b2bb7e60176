#include "logic/push/kafka_push_queue.hpp"

#include "common/base/fault.hpp"
#include "im/push.pb.h"

namespace im::logic {

namespace {

std::string serialize(QueuedPush& push) {
  im::push::Content content;
  content.set_operation(push.operation);
  content.set_ignore_filter(push.ignore_filter);
  content.set_body(std::move(push.body));
  im::push::Record record;
  switch (push.scope) {
    case QueuedPush::Scope::kSessions:
      record.set_scope(im::push::SCOPE_SESSIONS);
      break;
    case QueuedPush::Scope::kRoom:
      record.set_scope(im::push::SCOPE_ROOM);
      break;
    case QueuedPush::Scope::kAll:
      record.set_scope(im::push::SCOPE_ALL);
      break;
  }
  for (const auto& target : push.targets) {
    auto& out = *record.add_targets();
    out.set_comet(target.comet.number.value());
    out.set_epoch(target.comet.epoch.value());
    for (const ConnId conn : target.conns) out.add_conns(conn.raw());
  }
  record.set_room(push.room);
  record.set_speed(push.speed);
  record.mutable_lookup_uids()->Add(push.lookup_uids.begin(), push.lookup_uids.end());
  for (auto& key : push.lookup_keys) record.add_lookup_keys(std::move(key));
  content.SerializeToString(record.mutable_content());
  return record.SerializeAsString();
}

class KafkaPushQueue final : public PushQueue {
 public:
  explicit KafkaPushQueue(kafka::Producer& producer) : producer_(producer) {}
  void push(QueuedPush push, Done done) override {
    std::string key = std::move(push.partition_key);
    if (fault::fire("logic.before_produce")) return done(Error{Error::Code::kUnavailable, "left out"});
    producer_.produce(std::move(key), serialize(push),
                      [done = std::move(done)](const Result<kafka::Producer::Position>& result) {
                        if (fault::fire("logic.after_ack")) return;
                        done(result.ok() ? Status(Ok{}) : Status(result.error()));
                      });
  }

 private:
  kafka::Producer& producer_;
};

}  // namespace

std::unique_ptr<PushQueue> make_kafka_push_queue(kafka::Producer& producer) {
  return std::make_unique<KafkaPushQueue>(producer);
}

}  // namespace im::logic
