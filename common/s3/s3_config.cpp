#include "common/s3/s3_config.hpp"

#include <algorithm>
#include <string_view>

namespace im::s3 {

namespace {

constexpr std::size_t kLeastBucket = 3, kMostBucket = 63, kMostPrefix = 200;

bool is_plain(std::string_view text, std::string_view others) {
  return std::ranges::all_of(text, [others](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || others.find(c) != std::string_view::npos;
  });
}

bool is_bucket(const std::string& name) {
  return name.size() >= kLeastBucket && name.size() <= kMostBucket && is_plain(name, "-.") &&
         name.find("..") == std::string::npos && name.front() != '.';
}

}  // namespace

std::string problem_of(const S3Config& config) {
  if (!config.endpoint.target.empty() && config.endpoint.target != "/") return "the endpoint has a path";
  if (!is_bucket(config.bucket)) return "\"" + config.bucket + "\" is no name of a bucket";
  if (config.prefix.size() > kMostPrefix || !is_plain(config.prefix, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-_/") ||
      config.prefix.starts_with('/'))
    return "the prefix may have letters, digits, - _ / and begins with no /";
  if (!is_plain(config.region, "-") || config.region.empty()) return "\"" + config.region + "\" is no region";
  if (config.key_id.empty() || config.secret.empty()) return "there is no key";
  return "";
}

}  // namespace im::s3
