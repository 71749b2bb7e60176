#include "job/record_reader.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "common/push/wire.hpp"

namespace im::job {

namespace {

std::vector<PushTarget> read_targets(const push::Record& message) {
  std::vector<PushTarget> targets;
  targets.reserve(static_cast<std::size_t>(message.targets_size()));
  for (const auto& target : message.targets()) {
    auto& read = targets.emplace_back();
    read.comet = {CometNumber(target.comet()), InstanceEpoch(target.epoch())};
    for (const auto conn : target.conns()) read.conns.emplace_back(conn);
  }
  return targets;
}

// A comet applies an offset once, so what is meant for one comet must travel as one delivery.
void merge_same_comets(std::vector<PushTarget>& targets) {
  if (targets.size() < 2) return;
  std::ranges::stable_sort(targets, {}, &PushTarget::comet);
  std::size_t last = 0;
  for (std::size_t i = 1; i < targets.size(); ++i) {
    if (targets[i].comet == targets[last].comet) {
      auto& conns = targets[last].conns;
      conns.insert(conns.end(), targets[i].conns.begin(), targets[i].conns.end());
    } else if (++last != i) {
      targets[last] = std::move(targets[i]);
    }
  }
  targets.resize(last + 1);
}

}  // namespace

PushRecordPtr read_record(std::int32_t partition, std::int64_t offset, std::string_view bytes, TimePoint now,
                          std::int64_t written_ms) {
  auto record = std::make_shared<PushRecord>();
  record->read = now;
  record->written_ms = written_ms;
  record->partition = partition;
  record->offset = offset;
  record->bytes = sizeof(PushRecord) + bytes.size();
  push::Record message;
  const bool readable = bytes.size() <= std::numeric_limits<int>::max() &&
                        message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
  const auto scope = from_wire(message.scope());
  record->cluster = std::move(*message.mutable_cluster());
  if (!readable || !scope) {
    record->malformed = true;
    return record;
  }
  record->scope = *scope;
  record->targets = read_targets(message);
  merge_same_comets(record->targets);
  record->room = std::move(*message.mutable_room());
  record->speed = message.speed();
  record->content = std::move(*message.mutable_content());
  for (const auto uid : message.lookup_uids()) record->lookup_uids.emplace_back(uid);
  for (auto& key : *message.mutable_lookup_keys()) record->lookup_keys.push_back(std::move(key));
  return record;
}

PushRecordPtr copy_record(std::int32_t partition, std::int64_t offset) {
  auto record = std::make_shared<PushRecord>();
  record->partition = partition;
  record->offset = offset;
  record->bytes = sizeof(PushRecord);
  record->copy = true;
  return record;
}

}  // namespace im::job
