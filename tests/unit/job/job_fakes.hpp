#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "job/comet_gateway.hpp"
#include "job/push_record.hpp"
#include "job/record_source.hpp"
#include "tests/support/manual_scheduler.hpp"

namespace im::job {

inline CometInstance comet(std::uint32_t number, std::uint64_t epoch = 1) {
  return {CometNumber(number), InstanceEpoch(epoch)};
}

inline CometNode node(std::uint32_t number, std::uint64_t epoch = 1) {
  return {comet(number, epoch), "comet-" + std::to_string(number), "host:" + std::to_string(number)};
}

inline PushRecordPtr record(std::int32_t partition, std::int64_t offset, const std::vector<CometInstance>& targets,
                            std::size_t size = 10) {
  auto made = std::make_shared<PushRecord>();
  made->partition = partition;
  made->offset = offset;
  made->scope = PushScope::kAll;
  for (const auto& target : targets) made->targets.push_back({target, {}});
  made->content.assign(size, 'x');
  made->bytes = size;
  return made;
}

inline Delivery delivery(std::int32_t partition, std::int64_t offset, std::size_t bytes = 100) {
  return {record(partition, offset, {comet(1)}), 0, 0, 1, bytes};
}

/// Remembers what is stored; `committed` is what a successor would start from.
struct FakeSource : RecordSource {
  void store_offset(std::int32_t partition, std::int64_t next) override { stored[partition] = next; }
  void commit() override { committed = stored; }
  void set_paused(bool value) override { paused = value; }
  std::map<std::int32_t, std::int64_t> stored, committed;
  bool paused = false;
};

/// What one comet saw on one stream, driven by the test.
struct FakeWire {
  StreamHello hello;
  StreamEvents events;
  bool closed = false;
  bool writing = false;
  bool overlapped = false;  ///< a write began before the last one was taken
  struct Message {
    std::vector<std::int32_t> restarted;
    std::uint64_t first_seq = 0;
    std::vector<std::pair<std::int32_t, std::int64_t>> deliveries;  ///< partition, offset
    bool missed = false;
  };
  std::vector<Message> messages;

  void open() { events.opened(); }
  void written() {
    writing = false;
    events.written();
  }
  void ack(std::uint64_t seq) { events.acked(seq); }
  void end(Error::Code code = Error::Code::kUnavailable) { events.ended({code, "ended by the test"}); }
  std::uint64_t last_seq() const {
    if (messages.empty()) return 0;
    const Message& last = messages.back();
    return last.first_seq + (last.missed ? 1 : last.deliveries.size()) - 1;
  }
  std::vector<std::pair<std::int32_t, std::int64_t>> all() const {
    std::vector<std::pair<std::int32_t, std::int64_t>> all;
    for (const auto& message : messages) all.insert(all.end(), message.deliveries.begin(), message.deliveries.end());
    return all;
  }
};

class FakeStream : public CometStream {
 public:
  explicit FakeStream(std::shared_ptr<FakeWire> wire) : wire_(std::move(wire)) {}
  ~FakeStream() override { wire_->closed = true; }
  void write(const LinkBatch& batch) override {
    wire_->overlapped = wire_->overlapped || wire_->writing;
    wire_->writing = true;
    FakeWire::Message message{batch.restarted_partitions, batch.first_seq, {}, batch.missed};
    for (const auto* part : batch.deliveries) message.deliveries.emplace_back(part->partition(), part->offset());
    wire_->messages.push_back(std::move(message));
  }

 private:
  std::shared_ptr<FakeWire> wire_;
};

class FakeGateway : public CometGateway {
 public:
  std::unique_ptr<CometStream> open(const StreamHello& hello, StreamEvents events) override {
    auto wire = std::make_shared<FakeWire>();
    wire->hello = hello;
    wire->events = std::move(events);
    wires.push_back(wire);
    return std::make_unique<FakeStream>(wire);
  }
  void tell_gone(const CometNode& comet) override { gone.push_back(comet.instance); }
  /// The stream of this comet that is not closed; nullptr: none.
  std::shared_ptr<FakeWire> to(const CometInstance& instance) const {
    for (const auto& wire : wires) {
      if (!wire->closed && wire->hello.comet.instance == instance) return wire;
    }
    return nullptr;
  }
  std::vector<std::shared_ptr<FakeWire>> wires;
  std::vector<CometInstance> gone;
};

}  // namespace im::job
