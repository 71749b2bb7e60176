#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/result.hpp"

namespace im::pki {

/// What a program of the cluster is to the others. Decides which gRPC methods it may call
/// (common/rpc/method_roles.hpp).
enum class Role : std::uint8_t {
  kComet,
  kLogic,
  kRouter,
  kJob,
  kBackend,  ///< a program of the operator's that pushes (push_api.grpc_port)
};
constexpr std::array<Role, 5> kRoles{Role::kComet, Role::kLogic, Role::kRouter, Role::kJob, Role::kBackend};
const char* to_string(Role role);  ///< "comet"
std::optional<Role> role_of(std::string_view name);

/// Who a certificate is for, as its only URI says it: "spiffe://CLUSTER/ROLE/ID" (SPIFFE ID).
struct Identity {
  std::string cluster;  ///< trust domain: a-z 0-9 . _ -
  Role role = Role::kComet;
  std::string id;  ///< of people; nothing depends on it
  std::string uri() const;
};
/// kInvalid: what is wrong with it.
Result<Identity> parse_identity(std::string_view uri);
/// Whether a cluster can be called so: at most 255 of a-z 0-9 . _ -
bool is_cluster_name(std::string_view name);
/// Whether an id can be so: at most 128 of a-z A-Z 0-9 . _ -, and not "." or "..".
bool is_id(std::string_view id);

}  // namespace im::pki
