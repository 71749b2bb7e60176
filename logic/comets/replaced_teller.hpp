#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "logic/comets/comet_gateway.hpp"
#include "logic/comets/replaced_book.hpp"
#include "logic/routers/session_directory.hpp"

namespace im::logic {

/// Tells comets which of their sessions newer logins elsewhere have replaced, so that those connections are closed
/// (4002, docs/protocol.md "Close reasons") and nobody stays connected whom no push finds. Any thread; never waits.
class ReplacedTeller : public std::enable_shared_from_this<ReplacedTeller> {
 public:
  struct Stats {
    std::atomic<std::uint64_t> told{0}, again{0};
  };
  explicit ReplacedTeller(CometGateway& comets) : comets_(comets) {}

  void tell(const std::vector<SessionInfo>& replaced);
  void tick() { pump(); }  ///< what is to be told again
  const Stats& stats() const { return stats_; }
  std::uint64_t dropped() const;

 private:
  void pump();
  void call(ReplacedBook::Batch batch);
  void settle(ReplacedBook::Batch batch, const Status& status);

  CometGateway& comets_;
  mutable std::mutex mutex_;
  ReplacedBook book_;
  Stats stats_;
};

}  // namespace im::logic
