#include "logic/media/upload_quota.hpp"

#include <limits>

#include "logic/media/outcome.hpp"

namespace im::logic::media {

std::int64_t UploadQuota::room_beside(std::int64_t more) const {
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  const std::uint64_t most = config_.user_bytes.value;
  return most == 0 || most > static_cast<std::uint64_t>(kMost) ? kMost : static_cast<std::int64_t>(most) - more;
}

std::optional<Failure> UploadQuota::over_with(const MediaUse& use, std::int64_t size) const {
  if (auto failure = over_grown(use, size)) return failure;
  if (use.coming >= config_.user_uploads) return refused(Code::kSlowDown, "too many uploads are unfinished");
  return std::nullopt;
}

std::optional<Failure> UploadQuota::over_grown(const MediaUse& use, std::int64_t bytes) const {
  const auto over = [bytes](std::int64_t has, const config::Bytes& most) {
    return most.value > 0 && static_cast<std::uint64_t>(has + bytes) > most.value;
  };
  if (over(use.bytes, config_.user_bytes)) return refused(Code::kTooLarge, "your files have too many bytes");
  if (over(use.today, config_.day_bytes)) return refused(Code::kSlowDown, "your bytes for today are used up");
  return std::nullopt;
}

Result<UserRoom> look_at_room(store::Store& store, Uid owner, std::int64_t room) {
  if (room == std::numeric_limits<std::int64_t>::max()) return UserRoom{room, std::nullopt};
  auto db = store.reader();
  if (!db) return db.error();
  return media_table::look_at_room(*db.value(), owner, room);
}

}  // namespace im::logic::media
