#pragma once

#include <cstdint>
#include <optional>

#include "logic/media/media_config.hpp"
#include "logic/media/media_table.hpp"
#include "logic/requests/failure.hpp"
#include "logic/store/store.hpp"

namespace im::logic::media {

/// What a user may have and do, by media.user_uploads, media.day_bytes and media.user_bytes. Pure.
class UploadQuota {
 public:
  explicit UploadQuota(const MediaConfig& config) : config_(config) {}
  /// So many bytes a user may have, and `more` beside them.
  std::int64_t room_beside(std::int64_t more) const;
  /// Why no upload of so many bytes is begun.
  std::optional<Failure> over_with(const MediaUse& use, std::int64_t size) const;
  /// Why one that is among `use` may not become so many bytes larger: a picture that was made of it.
  std::optional<Failure> over_grown(const MediaUse& use, std::int64_t bytes) const;

 private:
  const MediaConfig& config_;
};

/// Before a lane: what of the owner's bytes is left out there. Blocking.
Result<UserRoom> look_at_room(store::Store& store, Uid owner, std::int64_t room);

}  // namespace im::logic::media
