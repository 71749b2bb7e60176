#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "common/base/clock.hpp"
#include "common/base/ids.hpp"

namespace im::job {

struct CometNode {
  CometInstance instance;
  std::string name;
  std::string address;  ///< gRPC, "host:port"
  friend bool operator==(const CometNode&, const CometNode&) = default;
};

/// One answer of the router's registry.
struct NodeList {
  std::vector<CometNode> comets;
  std::uint64_t router_id = 0;
  std::uint64_t version = 0;  ///< of this router's list
  TimePoint asked_at;         ///< the list is at least as fresh as this
};

/// Which comet instances live, as far as the router's answers say. Pure; one thread.
class CometDirectory {
 public:
  enum class Verdict {
    kLive,
    kGone,     ///< another instance has its number, or the registry does not have it although it had time to come back
    kUnclear,  ///< no answer yet that is fresh enough to tell
  };

  /// `grace`: how long a router that was not seen before is not believed when it misses a comet. A router that started
  /// anew has an empty registry until every comet renewed its lease.
  explicit CometDirectory(Duration grace) : grace_(grace) {}

  void update(NodeList list, TimePoint now);
  /// `since`: when the caller first met this instance.
  Verdict verdict(const CometInstance& instance, TimePoint since, TimePoint now) const;
  /// nullptr: not in the last list.
  const CometNode* find(const CometInstance& instance) const;
  const std::map<CometInstance, CometNode>& comets() const { return comets_; }
  /// A list that was asked for at `since` or later has come.
  bool fresh(TimePoint since) const { return has_list_ && asked_at_ >= since; }
  /// The router has been known for longer than `grace`: what it does not list is not there.
  bool trusted(TimePoint now) const { return has_list_ && now >= trusted_from_; }

 private:
  const Duration grace_;
  std::map<CometInstance, CometNode> comets_;
  bool has_list_ = false;
  std::uint64_t router_id_ = 0;
  std::uint64_t version_ = 0;
  TimePoint asked_at_{};
  TimePoint trusted_from_{};
};

}  // namespace im::job
