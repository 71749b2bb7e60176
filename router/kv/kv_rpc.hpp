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
struct KvAround {
  std::function<bool()> firm;            ///< this router may answer for its slots (see Standing)
  std::function<std::int64_t()> now_ms;  ///< the cluster's clock: a row's end must not move with the owner's own
};
std::unique_ptr<KvRpc> make_kv_rpc(std::size_t max_bytes, SlotJournal& journal, KvAround around);

}  // namespace im::router
