#pragma once

#include <cstdint>
#include <memory>

#include <grpcpp/impl/codegen/service_type.h>

namespace im::router {

struct KvStats {
  std::size_t rows = 0, bytes = 0;
  std::uint64_t refused_full = 0;
};

/// proto/im/kv.proto over one ExpiringTable. Any thread.
class KvRpc {
 public:
  virtual ~KvRpc() = default;
  virtual grpc::Service& service() = 0;
  virtual KvStats stats() const = 0;
};
std::unique_ptr<KvRpc> make_kv_rpc(std::size_t max_bytes);

}  // namespace im::router
