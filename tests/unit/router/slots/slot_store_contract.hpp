// What every SlotStore keeps (router/slot_store.hpp), as tests over a Bench; the memory store and Redis make one each.
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "router/slots/slot_store.hpp"

namespace im::router {

using namespace std::chrono_literals;

/// One store, seen by two routers.
class Bench {
 public:
  virtual ~Bench() = default;
  virtual SlotStore& first() = 0;
  virtual SlotStore& second() = 0;
  virtual void lose_everything() = 0;
  /// Leases shorter than it end.
  virtual void let_pass(std::chrono::milliseconds time) = 0;
};
using MakeBench = std::function<std::unique_ptr<Bench>()>;

/// The result of one call of a store.
template <class T, class Call>
Result<T> result_of(Call&& call) {
  auto promise = std::make_shared<std::promise<Result<T>>>();
  auto result = promise->get_future();
  call([promise](Result<T> value) { promise->set_value(std::move(value)); });
  if (result.wait_for(30s) != std::future_status::ready) return Error{Error::Code::kInternal, "no answer at all"};
  return result.get();
}

using Taken = std::vector<std::pair<std::size_t, std::uint64_t>>;

class SlotStoreContract : public testing::TestWithParam<MakeBench> {
 protected:
  static constexpr RouterId kA = 0xffffffffffffff01, kB = 7;  // ids use all 64 bits
  static constexpr auto kLong = 60s;

  Membership renew(RouterId id, std::uint64_t known = 0, std::chrono::milliseconds ttl = kLong) {
    const RouterSeat seat{id, "host-" + std::to_string(id) + ":3129"};
    auto result = result_of<Membership>([&](auto done) { store(id).renew(seat, ttl, known, done); });
    EXPECT_TRUE(result.ok()) << result.error().message;
    return result.ok() ? result.value() : Membership{};
  }
  Taken claim(RouterId id, std::vector<std::size_t> slots, std::uint64_t floor = 0) {
    auto result = result_of<Taken>([&](auto done) { store(id).claim(id, slots, floor, done); });
    EXPECT_TRUE(result.ok()) << result.error().message;
    return result.ok() ? result.value() : Taken{};
  }
  /// Claims one slot; who has it now.
  SlotOwner own(RouterId id, std::size_t slot, std::uint64_t floor = 0) {
    const auto taken = claim(id, {slot}, floor);
    EXPECT_EQ(taken.size(), 1U);
    return taken.empty() ? SlotOwner{} : SlotOwner{id, taken.front().second};
  }
  void release(RouterId id, std::vector<std::size_t> slots) {
    EXPECT_TRUE(result_of<Ok>([&](auto done) { store(id).release(id, slots, done); }).ok());
  }
  void leave(RouterId id) {
    EXPECT_TRUE(result_of<Ok>([&](auto done) { store(id).leave(id, done); }).ok());
  }
  Status write(const SlotOwner& by, std::vector<SlotWrite> changes, bool replace = false, std::size_t slot = 5) {
    return result_of<Ok>([&](auto done) { store(by.owner).write(slot, by, changes, replace, done); });
  }
  Result<SlotFields> load(const SlotOwner& by, std::size_t slot = 5) {
    return result_of<SlotFields>([&](auto done) { store(by.owner).load(slot, by, done); });
  }
  SlotFields sorted(const SlotOwner& by) {
    auto fields = load(by);
    EXPECT_TRUE(fields.ok()) << fields.error().message;
    if (!fields.ok()) return {};
    std::ranges::sort(fields.value());
    return fields.value();
  }
  static std::vector<std::size_t> slots_of(const Taken& taken) {
    std::vector<std::size_t> slots;
    for (const auto& [slot, epoch] : taken) slots.push_back(slot);
    return slots;
  }

  SlotStore& store(RouterId id) { return id == kA ? bench_->first() : bench_->second(); }

  std::unique_ptr<Bench> bench_ = GetParam()();
};

}  // namespace im::router
