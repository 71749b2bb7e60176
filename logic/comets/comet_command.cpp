#include "logic/comets/comet_command.hpp"

namespace im::logic {

namespace {

constexpr std::size_t kOverhead = 64;

struct Cost {
  std::size_t operator()(const DirectPush& push) const { return push.content->size() + 8 * push.conns.size(); }
  std::size_t operator()(const RoomChange& change) const {
    std::size_t bytes = 8 * change.conns.size();
    for (const RoomId& room : change.rooms) bytes += room.value().size() + 4;
    return bytes;
  }
  std::size_t operator()(const Drain&) const { return 0; }
  std::size_t operator()(const Kick& kick) const {
    return kick.key.size() + kick.token_key.size() + 20 * kick.conns.size();
  }
};

}  // namespace

std::size_t bytes_of(const CometCommand& command) { return kOverhead + std::visit(Cost{}, command); }

}  // namespace im::logic
