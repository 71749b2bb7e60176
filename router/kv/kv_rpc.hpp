#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include <grpcpp/impl/codegen/service_type.h>

#include "router/slots/slot_board.hpp"
#include "router/slots/slot_journal.hpp"

namespace im::router {

struct KvStats {
  std::size_t rows = 0, bytes = 0;
  std::uint64_t refused_full = 0;
  std::uint64_t evicted = 0;  ///< see ExpiringTable
};

/// proto/im/kv.proto over one ExpiringTable, for the slots that are ours. Any thread.
class KvRpc : public SlotBoard {
 public:
  virtual grpc::Service& service() = 0;
  virtual KvStats stats() const = 0;
  /// Now and then: what is over goes, here and in the store.
  virtual void tick() = 0;
};
/// `firm`: this router may answer for its slots (see Standing).
std::unique_ptr<KvRpc> make_kv_rpc(std::size_t max_bytes, SlotJournal& journal, std::function<bool()> firm);

}  // namespace im::router
