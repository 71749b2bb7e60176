#include "logic/console/admin_book.hpp"

#include <algorithm>
#include <stdexcept>

#include "common/base/log.hpp"

namespace im::logic {

AdminBook::AdminBook(std::string path) : path_(std::move(path)) {
  stamp_.changed(path_);
  auto users = read_admin_users(path_);
  if (!users.ok()) throw std::runtime_error("admin.users_file: " + users.error().message);
  users_ = std::move(users).value();
}

std::optional<AdminUser> AdminBook::find(std::string_view login) const {
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find(users_, login, &AdminUser::login);
  return found == users_.end() ? std::nullopt : std::optional(*found);
}

void AdminBook::look() {
  if (!stamp_.changed(path_)) return;
  auto users = read_admin_users(path_);
  if (!users.ok())
    return log::error("admin.users_file cannot be read; who was in it stays", {{"error", users.error().message}});
  const std::lock_guard lock(mutex_);
  users_ = std::move(users).value();
  log::info("admins", {{"count", users_.size()}});
}

}  // namespace im::logic
