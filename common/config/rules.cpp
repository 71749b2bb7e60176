#include "common/config/rules.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

#include "common/base/address.hpp"

namespace im::config {

std::function<std::string()> addresses(const std::vector<std::string>& target, bool may_be_empty) {
  return [&target, may_be_empty]() -> std::string {
    if (target.empty() && !may_be_empty) return "is empty; name at least one, for example [\"127.0.0.1:3119\"]";
    for (const std::string& item : target)
      if (const auto read = parse_address(item); !read) return read.error().message;
    return "";
  };
}

std::function<std::string()> address_or_empty(const std::string& target) {
  return [&target]() -> std::string {
    const auto read = parse_address(target);
    return target.empty() || read ? "" : read.error().message;
  };
}

std::function<std::string()> file_or_empty(const std::string& target) {
  return [&target]() -> std::string {
    if (target.empty()) return "";
    const int file = ::open(target.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return "\"" + target + "\" cannot be read: " + std::strerror(errno);
    ::close(file);
    return "";
  };
}

}  // namespace im::config
