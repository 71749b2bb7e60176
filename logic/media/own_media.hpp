#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "logic/media/media_sweeper.hpp"
#include "logic/media/outcome.hpp"
#include "logic/media/own_media_table.hpp"
#include "logic/store/store.hpp"

namespace im::logic::media {

/// Some of what a user uploaded, and how much all of it counts for.
struct OwnPage {
  std::vector<OwnMedium> media;
  std::optional<OwnCursor> next;  ///< where the rest begins; nothing: that is all
  std::int64_t bytes = 0;         ///< of the user, as media.user_bytes counts them
};

/// What users have uploaded is theirs: they see it and take it away, wherever it was sent and whether or not they are
/// there any more (decision 124). Blocking, any thread but an I/O thread.
class OwnMedia {
 public:
  struct Stats {
    std::atomic<std::uint64_t> dropped{0};
  };
  OwnMedia(store::Store& store, MediaSweeper& sweeper) : store_(store), sweeper_(sweeper) {}

  /// The newest first, behind `after`; `limit`: 1 or more.
  Outcome<OwnPage> page(Uid owner, const OwnCursor& after, int limit);
  /// From its commit on nobody gets the bytes: messages that name them stay, addresses are 4404, and they count no
  /// longer. They go at once, or with the sweep where the store cannot take them away now. kNotFound: the medium is not
  /// theirs, or has gone. Asked again while it goes: done.
  Outcome<Ok> drop(Uid owner, const std::string& id);
  const Stats& stats() const { return stats_; }

 private:
  store::Store& store_;
  MediaSweeper& sweeper_;
  Stats stats_;
};

}  // namespace im::logic::media
