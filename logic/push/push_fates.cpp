#include "logic/push/push_fates.hpp"

#include <chrono>
#include <memory>
#include <mutex>
#include <sstream>
#include <string_view>

#include "common/base/when_all.hpp"

namespace im::logic {

namespace {

constexpr std::chrono::milliseconds kKept = std::chrono::minutes(10);
/// The first two parts name the tenant of the routers' table: each API key fills a room of its own, apart from its
/// idempotency keys.
constexpr std::string_view kPrefix = "push/fate.";

std::string row_of(const std::string& name, const CometInstance& comet) {
  return name + "/" + std::to_string(comet.number.value()) + "." + std::to_string(comet.epoch.value());
}

std::string write(const PushReach& reach) {
  std::ostringstream out;
  out << reach.queued << ' ' << reach.offline << ' ' << reach.unknown << ' '
      << (reach.sessions ? std::int64_t{*reach.sessions} : -1);
  for (const CometInstance& comet : reach.comets) out << ' ' << comet.number.value() << ' ' << comet.epoch.value();
  return out.str();
}

PushReach read_reach(const std::string& row) {
  std::istringstream in(row);
  PushReach reach;
  std::int64_t sessions = -1;
  in >> reach.queued >> reach.offline >> reach.unknown >> sessions;
  if (sessions >= 0) reach.sessions = static_cast<std::uint32_t>(sessions);
  std::uint32_t number = 0;
  std::uint64_t epoch = 0;
  while (in >> number >> epoch) reach.comets.push_back({CometNumber(number), InstanceEpoch(epoch)});
  return reach;
}

std::string write(const FateCounts& counts) {
  std::ostringstream out;
  out << counts.delivered << ' ' << counts.missed << ' ' << counts.dropped << ' ' << counts.unwanted;
  return out.str();
}

void add(PushFate& fate, const std::string& row) {
  std::istringstream in(row);
  FateCounts counts;
  in >> counts.delivered >> counts.missed >> counts.dropped >> counts.unwanted;
  ++fate.comets_reported;
  fate.copies.delivered += counts.delivered;
  fate.copies.missed += counts.missed;
  fate.copies.dropped += counts.dropped;
  fate.copies.unwanted += counts.unwanted;
}

}  // namespace

std::string PushFates::name_of(const std::string& key_id, const std::string& push_id) {
  return std::string(kPrefix) + key_id + "/" + push_id;
}

void PushFates::opened(const std::string& name, const PushReach& reach, std::function<void(Status)> done) {
  shared_.put(name, write(reach), kKept, std::move(done));
}

void PushFates::reported(const std::string& name, const CometInstance& comet, const FateCounts& counts,
                         std::function<void(Status)> done) {
  if (!name.starts_with(kPrefix)) return done(Ok{});
  shared_.put(row_of(name, comet), write(counts), kKept, std::move(done));
}

void PushFates::find(const std::string& name, std::function<void(Result<std::optional<PushFate>>)> done) {
  auto look_further = [this, name, done = std::move(done)](const Result<std::optional<std::string>>& row) {
    if (!row.ok()) return done(row.error());
    if (!row.value()) return done(std::optional<PushFate>());
    struct Found {
      std::mutex mutex;
      PushFate fate;
    };
    const auto found = std::make_shared<Found>();
    found->fate.reach = read_reach(*row.value());
    const auto comets = found->fate.reach.comets;
    WhenAll<> all([done, found](const Status& status) {
      if (!status.ok()) return done(status.error());
      done(std::optional(found->fate));
    });
    for (const CometInstance& comet : comets) {
      shared_.get(row_of(name, comet), [found, settle = all.part()](const Result<std::optional<std::string>>& part) {
        if (part.ok() && part.value()) {
          const std::lock_guard lock(found->mutex);
          add(found->fate, *part.value());
        }
        settle(part.ok() ? Status(Ok{}) : Status(part.error()));
      });
    }
  };
  shared_.get(name, std::move(look_further));
}

}  // namespace im::logic
