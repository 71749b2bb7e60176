#include "logic/store_need.hpp"

#include "logic/media/first_room.hpp"
#include "logic/store/store_part.hpp"

namespace im::logic {

Status look_for_store(const Config& config) {
  if (config.store.dsn.empty()) return Ok{};
  const Status there = StorePart::look(config.store);
  if (there.ok()) return there;
  const std::string folder = media_folder(config.media, config.store.dsn);
  if (media::make_first_room(config.store.dsn, folder, config.media.unfinished_ttl.count()) == 0) return there;
  return StorePart::look(config.store);
}

}  // namespace im::logic
