#include "job/push_dispatcher.hpp"

#include <algorithm>

#include "common/base/fault.hpp"

namespace im::job {

namespace {

constexpr std::size_t kDeliveryOverhead = 48;

std::size_t wire_bytes(const PushRecord& record, const PushTarget& target) {
  std::size_t bytes = kDeliveryOverhead + record.content.size() + record.room.size() + target.conns.size() * 8 +
                      record.lookup_uids.size() * 10;
  for (const auto& key : record.lookup_keys) bytes += key.size() + 2;
  return bytes;
}

std::int32_t share_of(std::int32_t speed, std::size_t targets) {
  if (speed <= 0) return 0;
  return std::max(1, speed / static_cast<std::int32_t>(targets));
}

}  // namespace

std::vector<Delivery> PushDispatcher::dispatch(const PushRecordPtr& record) {
  const auto assignment = settlement_.assignment(record->partition);
  if (assignment == 0) return {};
  auto count = static_cast<std::uint32_t>(record->targets.size());
  if (count > 1 && fault::fire("job.one_target")) count = 1;
  settlement_.add(record->partition, record->offset, count, record->bytes);
  std::vector<Delivery> deliveries;
  deliveries.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    deliveries.push_back({record, i, share_of(record->speed, record->targets.size()), assignment,
                          wire_bytes(*record, record->targets[i])});
  }
  return deliveries;
}

void PushDispatcher::settled(const Delivery& delivery) {
  settlement_.settle(delivery.partition(), delivery.assignment, delivery.offset());
}

void PushDispatcher::settle_whole(const PushRecord& record) { settlement_.add(record.partition, record.offset, 0, 0); }

}  // namespace im::job
