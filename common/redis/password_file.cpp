#include "common/redis/password_file.hpp"

#include "common/base/secret_file.hpp"

namespace im::redis {

namespace {

constexpr std::size_t kLongest = 4096;

Error wrong(const std::string& path, const std::string& why) {
  return {Error::Code::kInvalid, "redis.password_file " + path + ": " + why};
}

}  // namespace

Result<std::string> read_password(const std::string& path) {
  if (path.empty()) return std::string();
  const auto text = read_secret_file(path);
  if (!text.ok()) return wrong(path, text.error().message);
  std::string line = text.value().substr(0, text.value().find('\n'));
  if (line.ends_with('\r')) line.pop_back();
  if (line.empty()) return wrong(path, "the first line must be the password, and it is empty");
  if (line.size() > kLongest) return wrong(path, "the first line must be the password, and it is too long");
  return line;
}

}  // namespace im::redis
