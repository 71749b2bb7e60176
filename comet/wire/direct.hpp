#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "comet/wire/push_frame.hpp"
#include "common/base/ids.hpp"

namespace im::comet {

// What a logic asks of this comet's connections directly (comet.proto, Direct).

struct DirectPush {
  std::vector<ConnId> conns;  ///< twice in the list = twice delivered
  PushMessage message;
};
struct RoomChange {
  std::vector<ConnId> conns;
  std::vector<std::string> rooms;
  bool join = true;
};
struct Kick {
  Uid uid;          ///< above 0: every connection of this user
  std::string key;  ///< not empty: every connection of this key
  struct Named {
    ConnId conn;
    SessionEpoch session;  ///< 0: whatever session it has
  };
  std::vector<Named> conns;
  std::string token_key;  ///< not empty: every session whose token this key signed
  bool replaced = false;  ///< by a newer session; else by an operator
};
/// This comet takes no new clients, sends the others elsewhere, and ends. For the process, not for a worker.
struct Drain {};
/// Nothing: it could not be read.
using DirectCommand = std::variant<std::monostate, DirectPush, RoomChange, Kick, Drain>;

/// Commands in order, shared by the workers that they concern. When the last of them lets go, `taken` runs with what
/// came of each command: the connections it reached, or kCannot.
class CommandBatch {
 public:
  using Taken = std::function<void(std::vector<std::int32_t> reached)>;
  static constexpr std::int32_t kCannot = -1;

  CommandBatch(std::vector<DirectCommand> commands, Taken taken);
  ~CommandBatch();
  CommandBatch(const CommandBatch&) = delete;
  CommandBatch& operator=(const CommandBatch&) = delete;

  const std::vector<DirectCommand>& commands() const { return commands_; }
  /// `n` connections more. Any thread.
  void reached(std::size_t command, std::int32_t n) const { reached_[command].fetch_add(n, std::memory_order_relaxed); }
  void cannot(std::size_t command) const { reached_[command].store(kCannot, std::memory_order_relaxed); }

 private:
  std::vector<DirectCommand> commands_;
  mutable std::vector<std::atomic<std::int32_t>> reached_;
  Taken taken_;
};
using CommandBatchRef = std::shared_ptr<const CommandBatch>;

}  // namespace im::comet
