#include "comet/cluster/lost_logins.hpp"

#include <memory>
#include <utility>

namespace im::comet {

namespace {

/// Records without a key: whatever sessions these logins have made.
std::vector<SessionRecord> records_of(const std::vector<SessionEpoch>& orders) {
  std::vector<SessionRecord> records(orders.size());
  for (std::size_t i = 0; i < orders.size(); ++i) records[i].epoch = orders[i];
  return records;
}

}  // namespace

void LostLogins::add(SessionEpoch order) {
  owner_.check();
  if (order.value() == 0) return;  // the router has minted one then, which nobody here knows
  if (soon_.size() + late_.size() >= kMostKept) return stats_.lost_logins_left.add();
  soon_.push_back(order);
  plan();
}

void LostLogins::plan() {
  if (in_flight_ || (soon_.empty() && late_.empty() && !failed_) || std::exchange(planned_, true)) return;
  control_.post_after(kGather, [this] {
    planned_ = false;
    tell_some();
  });
}

LostLogins::Batch LostLogins::next() {
  if (failed_) return *std::exchange(failed_, std::nullopt);
  Batch batch{.orders = {}, .again = !soon_.empty()};
  for (; !soon_.empty() && batch.orders.size() < kMost; soon_.pop_front()) batch.orders.push_back(soon_.front());
  if (batch.again) return batch;
  for (; !late_.empty() && late_.front().due <= control_.now() && batch.orders.size() < kMost; late_.pop_front())
    batch.orders.push_back(late_.front().order);
  return batch;
}

void LostLogins::tell_some() {
  auto batch = std::make_shared<Batch>(next());
  if (batch->orders.empty()) return plan();
  in_flight_ = true;
  logic_.disconnect(self_(), records_of(batch->orders), [this, batch](const Result<Ok>& told) {
    control_.post([this, batch, ok = told.ok()] { on_told(std::move(*batch), ok); });
  });
}

void LostLogins::on_told(Batch batch, bool told) {
  owner_.check();
  in_flight_ = false;
  if (!told && ++batch.tries < kTries) {
    failed_ = std::move(batch);
    return plan();
  }
  (told ? stats_.lost_logins_told : stats_.lost_logins_left).add(batch.orders.size());
  if (batch.again) {
    for (const SessionEpoch order : batch.orders) late_.push_back({order, control_.now() + kLate});
  }
  plan();
}

}  // namespace im::comet
