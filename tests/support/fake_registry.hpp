#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "common/registry/registry.hpp"

namespace im::registry {

/// Keeps every request until the test answers it.
struct FakeRegistry final : Registry {
  struct Entry {
    CometInstance previous;
    std::int64_t clock_us;
    Done<Registration> done;
  };
  struct Renew {
    NodeRef self;
    NodeLoad load;
    Done<Renewal> done;
  };
  struct List {
    ListAsk ask;
    Done<NodeListing> done;
  };
  void register_node(const Node&, CometInstance previous, std::int64_t clock_us, Done<Registration> done) override {
    registrations.push_back({previous, clock_us, std::move(done)});
  }
  void renew(const NodeRef& self, const NodeLoad& load, std::int64_t, Done<Renewal> done) override {
    renewals.push_back({self, load, std::move(done)});
  }
  void unregister(const NodeRef& node, Done<Ok> done) override {
    left.push_back(node);
    done(Ok{});
  }
  void list(const ListAsk& ask, Done<NodeListing> done) override { lists.push_back({ask, std::move(done)}); }

  std::vector<Entry> registrations;
  std::vector<Renew> renewals;
  std::vector<NodeRef> left;
  std::vector<List> lists;
};

}  // namespace im::registry
