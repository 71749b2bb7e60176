#include "common/config/rules.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

#include "common/base/address.hpp"
#include "common/base/secret_file.hpp"

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

std::function<std::string()> name_or_empty(const std::string& target) {
  return [&target]() -> std::string {
    const bool plain = std::ranges::all_of(target, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
             c == '-';
    });
    return plain && target.size() <= 64 ? "" : "takes at most 64 letters, digits, '.', '_' and '-'";
  };
}

std::function<std::string()> file_or_empty(const std::string& target) {
  return [&target]() -> std::string {
    if (target.empty()) return "";
    // A pipe must not be waited for.
    const int file = ::open(target.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) return "\"" + target + "\" cannot be read: " + std::strerror(errno);
    ::close(file);
    return "";
  };
}

std::function<std::string()> secret_or_empty(const std::string& target) {
  return [&target]() -> std::string {
    if (target.empty()) return "";
    const auto read = read_secret_file(target);
    return read.ok() ? "" : "\"" + target + "\" " + read.error().message;
  };
}

}  // namespace im::config
