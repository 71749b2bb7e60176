#pragma once

#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

#include <boost/json/value.hpp>

#include "tools/imctl/exit_code.hpp"

namespace im::imctl {

/// Ends the program, with 1 unless it says otherwise.
struct Failure : std::runtime_error {
  explicit Failure(const std::string& text, Exit with = kFailed) : std::runtime_error(text), exit(with) {}
  Exit exit;
};
/// Ends the program with 2.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The push API: `target` is "/goim/...". The "data" of the answer, or null; throws Failure.
boost::json::value call_api(const std::string& base, const std::string& method, const std::string& target,
                            const std::string& body = {});
inline constexpr std::chrono::milliseconds kAnswerWithin{10'000};
/// The admin API: GET.
boost::json::value call_admin(const std::string& base, const std::string& target, const std::string& method = "GET",
                              std::chrono::milliseconds within = kAnswerWithin);

/// What an answer means that is no answer of the public port. Pure.
std::string no_public_port(const std::string& base, int status);

/// "name=a&name=b" in pieces no longer than `max`, so that a request head stays below its limit. Pure.
std::vector<std::string> split_query(const std::string& name, const std::vector<std::string>& values, std::size_t max);

}  // namespace im::imctl
