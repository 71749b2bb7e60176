#include "logic/media/own_media.hpp"

#include "common/base/log.hpp"
#include "logic/media/upload_progress.hpp"

namespace im::logic::media {

Outcome<OwnPage> OwnMedia::page(Uid owner, const OwnCursor& after, int limit) {
  const auto db = store_.reader();
  if (!db) return db.error();
  auto media = own_media_table::page(*db.value(), owner, after, limit + 1);
  if (!media) return media.error();
  const UserRoom unknown;  // of no bytes: what others keep is always asked for
  const auto use = media_table::use_of(*db.value(), owner, 0, unknown);
  if (!use) return use.error();
  OwnPage out{std::move(media).value(), std::nullopt, use.value().bytes};
  if (out.media.size() > static_cast<std::size_t>(limit)) {
    out.media.pop_back();
    out.next = OwnCursor{out.media.back().created_ms, out.media.back().id};
  }
  return out;
}

Outcome<Ok> OwnMedia::drop(Uid owner, const std::string& id) {
  const auto let_go = store_.lanes().write<own_media_table::LetGo>(
      owner.value(), [&](store::Write& into) { return own_media_table::let_go(into.db, owner, id, into.now_ms); });
  if (!let_go) return let_go.error();
  if (let_go.value() == own_media_table::LetGo::kNotTheirs)
    return refused(Code::kNotFound, "media_id: you have no such medium (any more)");
  if (let_go.value() == own_media_table::LetGo::kNow) ++stats_.dropped;
  if (const auto removed = sweeper_.remove(id); !removed)
    log::warn("a medium that its owner took away is removed later", {{"id", id}, {"why", removed.error().message}});
  return Ok{};
}

}  // namespace im::logic::media
