#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"

/// Who may use the admin page (docs/admin.md).
namespace im {

/// Each may what those before it may.
enum class AdminRole : std::uint8_t { kViewer = 1, kOperator = 2, kAdmin = 3 };
std::string_view name_of(AdminRole role);
std::optional<AdminRole> read_admin_role(std::string_view name);

struct AdminUser {
  std::string login;  ///< 1 to 64 of a-z, 0-9, ".", "_", "-", "@"
  AdminRole role = AdminRole::kViewer;
  std::string password;  ///< its Argon2id hash (PasswordHash)
};

bool valid_admin_login(std::string_view login);

/// `{"admins":[{"login","role","password"}]}`. Errors name file and entry. Unknown names, logins that stand twice and
/// what is no Argon2id hash are errors; so is a file that others than its owner and group may read.
Result<std::vector<AdminUser>> read_admin_users(const std::string& path);

/// Replaces the file at once; readable by its owner only.
Status write_admin_users(const std::string& path, const std::vector<AdminUser>& users);

}  // namespace im
