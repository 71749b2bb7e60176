#pragma once

#include <functional>
#include <string>
#include <vector>

namespace im::config {

/// Rules for Options::must(): each reads its target when it is asked, so after loading.

/// Every item is HOST:PORT or [IPV6]:PORT (common/base/address.hpp), and there is at least one unless `may_be_empty`.
std::function<std::string()> addresses(const std::vector<std::string>& target, bool may_be_empty = false);
/// HOST:PORT or empty.
std::function<std::string()> address_or_empty(const std::string& target);
/// At most 64 letters, digits, '.', '_' and '-'.
std::function<std::string()> name_or_empty(const std::string& target);
/// A file that can be read, or empty.
std::function<std::string()> file_or_empty(const std::string& target);
/// A file with secrets (common/base/secret_file.hpp), or empty.
std::function<std::string()> secret_or_empty(const std::string& target);

}  // namespace im::config
