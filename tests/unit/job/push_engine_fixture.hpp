#pragma once

#include <memory>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "job/push_engine.hpp"
#include "tests/unit/job/job_fakes.hpp"

namespace im::job {

using namespace std::chrono_literals;
using Seen = std::vector<std::pair<std::int32_t, std::int64_t>>;

class PushEngineTest : public testing::Test {
 protected:
  explicit PushEngineTest(EngineConfig config = {}) : config_(std::move(config)) {}

  void SetUp() override {
    engine_ = std::make_unique<PushEngine>(config_, scheduler_, gateway_, source_, [this] { ++refreshes_; });
  }
  void nodes(std::vector<CometNode> comets, std::uint64_t router = 7) {
    engine_->nodes({std::move(comets), router, ++version_, scheduler_.now()});
    scheduler_.run();
  }
  void assign(const std::vector<HeldPartition>& partitions, const std::string& bus = "bus") {
    engine_->assigned(bus, partitions);
    scheduler_.run();
  }
  /// The registry has been seen long enough to be believed, and lists these.
  void ready_with(const std::vector<CometNode>& comets) {
    nodes(comets);
    scheduler_.advance(11s);
    assign({{0}, {1}});
    for (const auto& comet : comets) open(comet.instance);
  }
  void open(const CometInstance& instance) {
    ASSERT_NE(gateway_.to(instance), nullptr);
    gateway_.to(instance)->open();
    scheduler_.run();
  }
  void push(std::int32_t partition, std::int64_t offset, const std::vector<CometInstance>& targets,
            std::size_t size = 10) {
    engine_->records({record(partition, offset, targets, size)});
    scheduler_.run();
  }
  void ack(const CometInstance& instance) {
    const auto wire = gateway_.to(instance);
    if (wire->writing) wire->written();
    wire->ack(wire->last_seq());
    scheduler_.run();
  }

  EngineConfig config_;
  ManualScheduler scheduler_;
  FakeGateway gateway_;
  FakeSource source_;
  int refreshes_ = 0;
  std::uint64_t version_ = 0;
  std::unique_ptr<PushEngine> engine_;
};

}  // namespace im::job
