#pragma once

#include <cstddef>

#include "router/session.hpp"

namespace im::router {

/// Where a slot owner writes its sessions behind, so that another router can take the slot over. Writes of one slot
/// come in order; each carries the session epoch, and a store keeps only the highest. Must not block.
class SessionStore {
 public:
  virtual ~SessionStore() = default;
  virtual void saved(std::size_t slot, const SessionRow& row) = 0;
  virtual void removed(std::size_t slot, const SessionRow& row) = 0;
};

/// Keeps nothing beside the registry's own memory: exactly one router, rebuilt from the comets after a restart.
class MemorySessionStore final : public SessionStore {
 public:
  void saved(std::size_t, const SessionRow&) override {}
  void removed(std::size_t, const SessionRow&) override {}
};

}  // namespace im::router
