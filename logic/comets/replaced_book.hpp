#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "common/base/clock.hpp"
#include "common/base/ids.hpp"

namespace im::logic {

/// Sessions that newer logins have replaced, until their comets have been told. Pure, clock given; the caller locks.
/// One batch per comet at a time; what cannot be told within kWorthTelling is dropped, since the lease of a comet that
/// is away so long is over and it closes everybody by itself.
class ReplacedBook {
 public:
  struct Entry {
    ConnId conn;
    SessionEpoch epoch;
    TimePoint since;
  };
  struct Batch {
    CometInstance comet;
    std::vector<Entry> entries;
  };
  static constexpr std::chrono::seconds kWorthTelling{15};
  static constexpr std::chrono::milliseconds kAgain{500};
  static constexpr std::size_t kBatch = 1000;
  static constexpr std::size_t kPerComet = 100'000;  ///< 2.4 MB; the oldest go

  void add(CometInstance comet, ConnId conn, SessionEpoch epoch, TimePoint now);
  std::optional<Batch> next(TimePoint now);
  /// False: it is told again a while later.
  void settled(Batch batch, bool told, TimePoint now);
  std::uint64_t dropped() const { return dropped_; }
  std::size_t waiting() const;

 private:
  struct Desk {
    std::deque<Entry> entries;  ///< the oldest first
    bool telling = false;
    TimePoint not_before{};
  };
  std::map<CometInstance, Desk> desks_;
  std::uint64_t dropped_ = 0;
};

}  // namespace im::logic
