#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "logic/media/media_table.hpp"
#include "logic/media/outcome.hpp"

namespace im::logic::media {

inline constexpr std::int64_t kDayMs = 24LL * 3600 * 1000;

/// How far an upload is.
struct Progress {
  std::string id;
  std::uint64_t offset = 0, size = 0;
  bool done = false;
};
inline Progress progress_of(const MediaRow& row, std::uint64_t offset, bool is_done) {
  return {row.id, offset, static_cast<std::uint64_t>(row.size), is_done};
}

/// The client begins anew.
inline Failure upload_gone() { return refused(Code::kNotFound, "no such upload"); }
/// Nothing is to come of it: there is no row, or its bytes are on their way out.
inline bool is_gone(const std::optional<MediaRow>& row) { return !row || row->state == MediaState::kGoing; }

struct UploadStats {
  std::atomic<std::uint64_t> begun{0}, repeated{0}, finished{0}, bytes{0};
  std::atomic<std::uint64_t> refused_size{0}, refused_quota{0}, refused_hash{0}, refused_range{0}, refused_content{0},
      refused_token{0}, failed{0};
};

}  // namespace im::logic::media
