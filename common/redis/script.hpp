#pragma once

#include <string>

namespace im::redis {

/// A Lua script, and the name under which Redis keeps it: SHA-1 of the text in hexadecimal digits.
struct Script {
  explicit Script(std::string lua);
  std::string text;
  std::string sha;
};

}  // namespace im::redis
