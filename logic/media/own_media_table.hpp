#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "logic/media/media_table.hpp"

namespace im::logic::media {

/// Of an upload under way or a finished one, what its owner wants to know.
struct OwnMedium {
  std::string id, name, kind, mime;  ///< kind, mime: "" while the bytes come
  chat::ConvId conv;                 ///< what it was meant for
  std::int64_t size = 0;             ///< of the upload
  std::int64_t bytes = 0;            ///< what it counts for; 0: only messages of others keep it
  std::int64_t created_ms = 0;
  bool done = false;  ///< all bytes have come
};

/// Where a page ends, the newest first. By default: before all.
struct OwnCursor {
  std::int64_t created_ms = std::numeric_limits<std::int64_t>::max();
  std::string id;
};
/// "CREATED_MS.ID", and back; "" is the default. Nothing: it is no such text. Pure.
std::string text_of(const OwnCursor& cursor);
std::optional<OwnCursor> cursor_in(const std::string& text);

/// The statements about a user's own media. Blocking, on whatever connection they are given.
namespace own_media_table {

Result<std::vector<OwnMedium>> page(sql::Connection& db, Uid owner, const OwnCursor& after, int limit);

enum class LetGo { kNow, kBefore, kNotTheirs };
/// kComing or kReady → kGoing; messages name it no longer, nor the posters that hang with it.
Result<LetGo> let_go(sql::Connection& db, Uid owner, const std::string& id, std::int64_t now_ms);

}  // namespace own_media_table
}  // namespace im::logic::media
