#pragma once

#include <cstddef>
#include <cstdint>

#include "comet/config.hpp"
#include "common/daemon/descriptors.hpp"

namespace im::comet {

/// How many clients this comet holds, and in how many tables of descriptors.
struct ClientRoom {
  bool own_tables = false;        ///< each worker has one; otherwise all share that of the process
  std::uint64_t each_worker = 1;  ///< most connections with a socket of one worker
};

/// What the workers' tables hold beside clients: the standard streams, what each worker is woken by, listeners, clients
/// that are only told that there are too many.
std::uint64_t descriptors_beside_clients(std::size_t workers, std::size_t ports, std::uint64_t told_full);

/// From worker.own_tables and client.max_connections; logs what is less than asked for. `tables_work` is asked only
/// when they are wanted. `beside`: descriptors_beside_clients().
ClientRoom client_room(const Config& config, const Descriptors& descriptors, std::size_t workers, std::uint64_t beside,
                       bool (*tables_work)());

}  // namespace im::comet
