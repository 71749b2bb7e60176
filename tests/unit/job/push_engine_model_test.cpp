// The whole engine under a random world: comets that acknowledge late, lose streams, die and come back as others;
// partitions that leave and return. Whatever happens, no offset is stored that a living target has not taken.
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "job/push_engine.hpp"
#include "tests/unit/job/job_fakes.hpp"

namespace im::job {
namespace {

using namespace std::chrono_literals;

class World {
 public:
  explicit World(unsigned seed) : random_(seed), engine_(config(), scheduler_, gateway_, source_, [] {}) {
    for (std::uint32_t number = 1; number <= 3; ++number) live_[number] = 1;
    tell_nodes();
    scheduler_.advance(11s);
    for (int partition = 0; partition < kPartitions; ++partition) hold(partition);
  }

  void step() {
    const auto what = dice(100);
    if (what < 35) return push();
    if (what < 70) return answer();
    if (what < 76) return lose_stream();
    if (what < 78) return replace_comet();
    if (what < 81) return move_partition();
    scheduler_.advance(std::chrono::milliseconds(dice(400)));
    engine_.tick();
  }

  void finish() {
    for (int i = 0; i < 5000 && !engine_.settled(); ++i) {
      answer();
      scheduler_.advance(50ms);
    }
    engine_.tick();
  }

  // Every record below a stored offset was taken by each of its targets that did not die.
  std::string check() const {
    for (const auto& [partition, next] : source_.stored) {
      for (const auto& [offset, targets] : log_.at(partition)) {
        if (offset >= next) break;
        for (const auto& target : targets) {
          if (alive(target) && !has(target, partition, offset)) {
            return "stored " + std::to_string(next) + " of partition " + std::to_string(partition) + ", but offset " +
                   std::to_string(offset) + " did not reach comet " + std::to_string(target.number.value());
          }
        }
      }
    }
    return {};
  }

  bool all_committed() const {
    for (const auto& [partition, records] : log_) {
      const auto at = source_.committed.find(partition);
      if (!records.empty() && (at == source_.committed.end() || at->second != records.rbegin()->first + 1))
        return false;
    }
    return true;
  }
  bool order_held() const { return order_held_; }
  EngineStats stats() const { return engine_.stats(); }

 private:
  static constexpr int kPartitions = 3;
  struct Comet {
    std::map<std::int32_t, std::set<std::int64_t>> taken;
    std::map<std::int32_t, std::int64_t> marks;
  };

  static EngineConfig config() {
    EngineConfig config;
    config.link = {.window = 2000, .backlog = 1U << 30, .batch_bytes = 600, .batch_count = 7};
    return config;
  }
  unsigned dice(unsigned n) { return static_cast<unsigned>(random_() % n); }
  bool alive(const CometInstance& instance) const {
    return live_.at(instance.number.value()) == instance.epoch.value();
  }
  bool has(const CometInstance& instance, std::int32_t partition, std::int64_t offset) const {
    const auto at = comets_.find(instance);
    if (at == comets_.end()) return false;
    const auto taken = at->second.taken.find(partition);
    return taken != at->second.taken.end() && taken->second.contains(offset);
  }

  void tell_nodes() {
    std::vector<CometNode> nodes;
    for (const auto& [number, epoch] : live_) nodes.push_back(node(number, epoch));
    engine_.nodes({nodes, 7, ++version_, scheduler_.now()});
    scheduler_.run();
  }

  void hold(int partition) {
    engine_.assigned("bus", {{partition, false}});
    reading_[partition] = source_.stored.contains(partition) ? source_.stored[partition] : 0;
    scheduler_.run();
    catch_up(partition);
  }

  void catch_up(int partition) {
    if (!reading_.contains(partition)) return;
    for (auto at = log_[partition].lower_bound(reading_[partition]); at != log_[partition].end(); ++at) {
      engine_.records({record(partition, at->first, at->second, dice(200))});
    }
    reading_[partition] = static_cast<std::int64_t>(log_[partition].size());
    scheduler_.run();
  }

  void push() {
    const auto partition = static_cast<int>(dice(kPartitions));
    std::vector<CometInstance> targets;
    for (const auto& [number, epoch] : live_) {
      if (dice(2) == 0) targets.push_back(comet(number, dice(10) == 0 && epoch > 1 ? epoch - 1 : epoch));
    }
    auto& log = log_[partition];
    log[static_cast<std::int64_t>(log.size())] = targets;
    catch_up(partition);
  }

  // A comet takes some of what came, by its marks, and acknowledges a part of it.
  void answer() {
    std::vector<std::shared_ptr<FakeWire>> open;
    for (const auto& wire : gateway_.wires) {
      if (!wire->closed) open.push_back(wire);
    }
    if (open.empty()) return;
    const auto wire = open[dice(static_cast<unsigned>(open.size()))];
    const auto instance = wire->hello.comet.instance;
    if (!alive(instance)) return;
    if (!opened_.contains(wire.get())) {
      opened_.insert(wire.get());
      wire->open();
      return scheduler_.run();
    }
    take(*wire, comets_[instance]);
    if (wire->writing) wire->written();
    if (wire->last_seq() > 0) wire->ack(1 + dice(static_cast<unsigned>(wire->last_seq())));
    scheduler_.run();
  }

  void take(FakeWire& wire, Comet& comet) {
    for (const auto& [partition, offset] : wire.all()) {
      auto& mark = comet.marks.try_emplace(partition, -1).first->second;
      if (offset <= mark) {
        // Repeated, or out of order: then it would be lost here, and must have been taken before.
        order_held_ = order_held_ && comet.taken[partition].contains(offset);
        continue;
      }
      mark = offset;
      comet.taken[partition].insert(offset);
    }
  }

  void lose_stream() {
    std::vector<std::shared_ptr<FakeWire>> open;
    for (const auto& wire : gateway_.wires) {
      if (!wire->closed) open.push_back(wire);
    }
    if (open.empty()) return;
    open[dice(static_cast<unsigned>(open.size()))]->end();
    scheduler_.run();
  }

  void replace_comet() {
    auto& epoch = live_[1 + dice(3)];
    ++epoch;
    tell_nodes();
  }

  void move_partition() {
    const auto partition = static_cast<int>(dice(kPartitions));
    if (reading_.erase(partition) != 0) {
      engine_.revoked({partition});
      scheduler_.run();
    } else {
      hold(partition);
    }
  }

 public:
  void hold_all() {
    for (int partition = 0; partition < kPartitions; ++partition) {
      if (!reading_.contains(partition)) hold(partition);
    }
  }

 private:
  std::mt19937 random_;
  ManualScheduler scheduler_;
  FakeGateway gateway_;
  FakeSource source_;
  PushEngine engine_;
  std::uint64_t version_ = 0;
  std::map<std::uint32_t, std::uint64_t> live_;  // number → epoch of the instance that lives
  std::map<CometInstance, Comet> comets_;
  std::set<const FakeWire*> opened_;
  std::map<std::int32_t, std::map<std::int64_t, std::vector<CometInstance>>> log_;
  std::map<std::int32_t, std::int64_t> reading_;  // held partitions
  bool order_held_ = true;
};

class PushEngineModelTest : public testing::TestWithParam<unsigned> {};

TEST_P(PushEngineModelTest, NoOffsetPassesAnUnsettledRecord) {
  World world(GetParam());
  for (int step = 0; step < 1500; ++step) {
    world.step();
    ASSERT_EQ(world.check(), "") << "step " << step;
  }
  world.hold_all();
  world.finish();
  EXPECT_EQ(world.check(), "");
  EXPECT_TRUE(world.all_committed());
  EXPECT_TRUE(world.order_held());
  EXPECT_EQ(world.stats().drops.stalled + world.stats().drops.memory, 0U);
}

INSTANTIATE_TEST_SUITE_P(Seeds, PushEngineModelTest, testing::Range(1U, 31U));

}  // namespace
}  // namespace im::job
