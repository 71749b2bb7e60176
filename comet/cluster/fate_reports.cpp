#include "comet/cluster/fate_reports.hpp"

#include <utility>

namespace im::comet {

namespace {
using namespace std::chrono_literals;
constexpr Duration kGather = 100ms;  // the parts of one push come together
constexpr Duration kRetry = 1s;
constexpr Duration kKept = 10min;  // as long as logic keeps them
}  // namespace

void FateReports::add(const std::string& name, const FateCounts& counts) {
  owner_.check();
  forget_old();
  const auto [at, fresh] = fates_.try_emplace(name, Fate{{}, control_.now()});
  if (fresh) oldest_.push_back(name);
  FateCounts& all = at->second.counts;
  all.delivered += counts.delivered;
  all.missed += counts.missed;
  all.dropped += counts.dropped;
  all.unwanted += counts.unwanted;
  untold_.insert(name);
  flush_later(kGather);
}

void FateReports::forget_old() {
  const auto over = [this] {
    return fates_.size() >= kMost || control_.now() - fates_.at(oldest_.front()).first > kKept;
  };
  while (!oldest_.empty() && over()) {
    fates_.erase(oldest_.front());
    untold_.erase(oldest_.front());
    oldest_.pop_front();
  }
}

void FateReports::flush_later(Duration wait) {
  if (std::exchange(waiting_, true)) return;
  control_.post_after(wait, [this] { flush(); });
}

void FateReports::flush() {
  owner_.check();
  auto batch = std::make_shared<std::vector<FateReport>>();
  while (!untold_.empty() && batch->size() < kMostPerCall) {
    auto name = std::move(untold_.extract(untold_.begin()).value());
    const FateCounts counts = fates_.at(name).counts;
    batch->push_back({std::move(name), counts});
  }
  if (batch->empty()) {  // forgotten meanwhile
    waiting_ = false;
    return;
  }
  logic_.report_fates(self_(), *batch, [this, batch](const Result<Ok>& told) {
    control_.post([this, batch, taken = told.ok()] { on_told(*batch, taken); });
  });
}

void FateReports::on_told(const std::vector<FateReport>& told, bool taken) {
  owner_.check();
  waiting_ = false;
  for (const FateReport& fate : told) {
    if (!taken && fates_.contains(fate.name)) untold_.insert(fate.name);
  }
  if (!untold_.empty()) flush_later(taken ? kGather : kRetry);
}

}  // namespace im::comet
