#include "common/pki/identity.hpp"

#include <algorithm>

namespace im::pki {

namespace {

constexpr std::string_view kScheme = "spiffe://";

bool is_small(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-'; }

Error not_one(std::string_view uri) {
  return {Error::Code::kInvalid, "\"" + std::string(uri) + "\" is not spiffe://CLUSTER/ROLE/ID"};
}

}  // namespace

const char* to_string(Role role) {
  switch (role) {
    case Role::kComet:
      return "comet";
    case Role::kLogic:
      return "logic";
    case Role::kRouter:
      return "router";
    case Role::kJob:
      return "job";
    case Role::kBackend:
      return "backend";
  }
  return "";
}

std::optional<Role> role_of(std::string_view name) {
  const auto* const found = std::ranges::find_if(kRoles, [name](Role role) { return name == to_string(role); });
  if (found == kRoles.end()) return std::nullopt;
  return *found;
}

std::string Identity::uri() const { return std::string(kScheme) + cluster + "/" + to_string(role) + "/" + id; }

bool is_cluster_name(std::string_view name) {
  return !name.empty() && name.size() <= 255 && std::ranges::all_of(name, is_small);
}

bool is_id(std::string_view id) {
  return !id.empty() && id.size() <= 128 && id != "." && id != ".." &&
         std::ranges::all_of(id, [](char c) { return is_small(c) || (c >= 'A' && c <= 'Z'); });
}

Result<Identity> parse_identity(std::string_view uri) {
  if (!uri.starts_with(kScheme)) return not_one(uri);
  const std::string_view rest = uri.substr(kScheme.size());
  const std::size_t first = rest.find('/');
  const std::size_t second = first == std::string_view::npos ? first : rest.find('/', first + 1);
  if (second == std::string_view::npos) return not_one(uri);
  const auto role = role_of(rest.substr(first + 1, second - first - 1));
  Identity out{std::string(rest.substr(0, first)), role.value_or(Role::kComet), std::string(rest.substr(second + 1))};
  if (!role || !is_cluster_name(out.cluster) || !is_id(out.id)) return not_one(uri);
  return out;
}

}  // namespace im::pki
