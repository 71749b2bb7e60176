#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "logic/comets/comet_peer.hpp"

namespace im::logic {

/// The comets in the node list now.
struct CometListing {
  std::vector<CometPlace> places;
  bool whole = true;  ///< false: none has come, or it is of a router that has just begun and does not know all
};

/// The peers of the comets that the registry names, by instance. A peer that the list names no more is retired after a
/// while: a router that has just started does not know all comets yet. The scheduler's thread only.
class CometTable {
 public:
  using Comets = std::function<CometListing()>;
  /// How long a comet may be missing in the list.
  static constexpr std::chrono::seconds kMissing{30};

  CometTable(CometPeers& shared, Comets comets) : shared_(shared), comets_(std::move(comets)) {}
  ~CometTable() { retire_all(); }

  /// Null: no such comet.
  std::shared_ptr<CometPeer> find(const CometInstance& comet);
  /// All that the list names.
  std::vector<std::shared_ptr<CometPeer>> all();
  bool whole() const { return comets_().whole; }
  /// Of one that is not found: the list is not whole and names no successor.
  bool may_live(const CometInstance& comet) const;
  /// About once a second.
  void prune();
  void retire_all();
  std::size_t size() const { return peers_.size(); }

 private:
  struct Row {
    std::shared_ptr<CometPeer> peer;
    TimePoint listed;  ///< when the list last named it
  };
  std::shared_ptr<CometPeer> add(CometPlace place);

  CometPeers& shared_;
  Comets comets_;
  std::map<CometInstance, Row> peers_;
};

}  // namespace im::logic
