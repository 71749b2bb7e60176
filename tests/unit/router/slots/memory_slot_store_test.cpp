#include "router/slots/memory_slot_store.hpp"

#include "tests/unit/router/slots/slot_store_contract.hpp"

namespace im::router {
namespace {

class MemoryBench final : public Bench {
 public:
  SlotStore& first() override { return store_; }
  SlotStore& second() override { return store_; }
  void lose_everything() override { store_.forget(); }
  void let_pass(std::chrono::milliseconds time) override { now_ += time; }

 private:
  TimePoint now_ = TimePoint{} + 1h;
  MemorySlotStore store_{{.clock = [this] { return now_; }}};
};

INSTANTIATE_TEST_SUITE_P(Memory, SlotStoreContract,
                         testing::Values([]() -> std::unique_ptr<Bench> { return std::make_unique<MemoryBench>(); }));

TEST(MemorySlotStore, CallbacksRunWhereTheyAreTold) {
  std::vector<std::function<void()>> posted;
  MemorySlotStore store({.post = [&](std::function<void()> callback) { posted.push_back(std::move(callback)); }});
  bool done = false;
  store.leave(1, [&](const Status&) { done = true; });
  EXPECT_FALSE(done);
  posted.at(0)();
  EXPECT_TRUE(done);
}

TEST(MemorySlotStore, MayBeCalledFromACallback) {
  MemorySlotStore store;
  bool done = false;
  store.leave(1, [&](const Status&) { store.leave(2, [&](const Status& status) { done = status.ok(); }); });
  EXPECT_TRUE(done);
}

TEST(MemorySlotStore, IsUnavailableWhenToldSo) {
  MemorySlotStore store;
  store.set_down(true);
  const auto refused = result_of<Taken>([&](auto done) { store.claim(1, {5}, 0, done); });
  EXPECT_EQ(refused.error().code, Error::Code::kUnavailable);
  store.set_down(false);
  EXPECT_EQ(result_of<Taken>([&](auto done) { store.claim(1, {5}, 0, done); }).value().size(), 1U);
}

TEST(MemorySlotStore, KeepsNoFieldsWhenToldSo) {
  MemorySlotStore store({.keep_fields = false});
  const auto taken = result_of<Taken>([&](auto done) { store.claim(1, {5}, 0, done); }).value();
  const SlotOwner owner{1, taken.at(0).second};
  EXPECT_TRUE(result_of<Ok>([&](auto done) { store.write(5, owner, {{"f", "v"}}, false, done); }).ok());
  EXPECT_TRUE(result_of<SlotFields>([&](auto done) { store.load(5, owner, done); }).value().empty());
}

}  // namespace
}  // namespace im::router
