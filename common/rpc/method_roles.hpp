#pragma once

#include <string_view>
#include <vector>

#include "common/pki/identity.hpp"

namespace im::rpc {

/// Which roles may call which method: the one table of all gRPC servers of ours. A method without a row is refused.
struct MethodRoles {
  std::string_view method;  ///< as it travels: "/im.comet.Comet/Push"
  std::vector<pki::Role> callers;
};
const std::vector<MethodRoles>& method_roles();
bool may_call(pki::Role caller, std::string_view method);

}  // namespace im::rpc
