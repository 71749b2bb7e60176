#include "router/nodes/node_rows.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "common/registry/convert.hpp"

namespace im::router {

NodeRow row_of(registry::Node node) { return {std::move(node), {}}; }

void fill(im::Node& out, const NodeRow& row) {
  registry::fill(out, row);
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(row.lease_until - monotonic_now()).count();
  out.set_lease_left_ms(std::max<std::int64_t>(0, left));
}

}  // namespace im::router
