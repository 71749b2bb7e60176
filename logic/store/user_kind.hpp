#pragma once

#include <cstdint>

namespace im::logic::store {

/// users.kind of old pages (docs/webim.md), beside those of AccountKind: their names are kept as pages get them.
inline constexpr std::int64_t kPageUser = 3;

}  // namespace im::logic::store
