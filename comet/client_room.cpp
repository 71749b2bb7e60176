#include "comet/client_room.hpp"

#include <algorithm>

#include "common/base/log.hpp"

namespace im::comet {

namespace {

/// Of the process's own: wake-up, timer and two epoll sets of an io_context; more than it takes today.
constexpr std::uint64_t kOfAWorker = 8;
constexpr std::uint64_t kStandardStreams = 3;

bool wants_own_tables(const Config& config, std::uint64_t shared) {
  if (config.own_tables == "auto") return static_cast<std::uint64_t>(config.max_connections) > shared;
  return config.own_tables == "on";
}

/// What one table holds of clients: a part of it is kept free, as of the process's (split_descriptors).
std::uint64_t clients_of_a_table(const Descriptors& descriptors, std::uint64_t beside) {
  const std::uint64_t kept = std::max(descriptors.reserve, beside);
  return descriptors.limit > kept ? descriptors.limit - kept : 0;
}

}  // namespace

std::uint64_t descriptors_beside_clients(std::size_t workers, std::size_t ports, std::uint64_t told_full) {
  return kStandardStreams + kOfAWorker * workers + ports + told_full;
}

ClientRoom client_room(const Config& config, const Descriptors& descriptors, std::size_t workers, std::uint64_t beside,
                       bool (*tables_work)()) {
  const std::uint64_t shared = descriptors.for_clients();
  ClientRoom room;
  std::uint64_t there = shared;
  if (wants_own_tables(config, shared)) {
    room.own_tables = tables_work();
    if (!room.own_tables)
      log::warn("workers share the table of descriptors: the system refuses them one of their own (unshare(2))");
  }
  if (room.own_tables) there = workers * clients_of_a_table(descriptors, beside);
  const std::uint64_t most =
      clamp_to_descriptors("client.max_connections", static_cast<std::uint64_t>(config.max_connections), there);
  room.each_worker = std::max<std::uint64_t>(1, most / workers);
  if (room.own_tables) {
    log::info("each worker has a table of descriptors of its own",
              {{"workers", workers}, {"limit_of_each", descriptors.limit}, {"clients_of_each", room.each_worker}});
  }
  return room;
}

}  // namespace im::comet
