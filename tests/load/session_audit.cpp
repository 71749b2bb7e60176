#include "tests/load/session_audit.hpp"

#include <thread>

#include <boost/json/parse.hpp>

#include "common/client/http_call.hpp"
#include "tools/load/latency.hpp"

namespace im::load {

namespace {

Result<std::size_t> sessions_of(const std::string& admin, std::uint64_t uid) {
  const auto url = client::parse_url(admin + "/admin/v1/session?uid=" + std::to_string(uid));
  if (!url.ok()) return url.error();
  const auto answer = client::http_call_now({.method = "GET", .url = url.value(), .body = {}});
  if (!answer.ok()) return answer.error();
  if (answer.value().status == 404) return std::size_t{0};
  if (answer.value().status != 200) return Error{Error::Code::kUnavailable, answer.value().body};
  boost::system::error_code error;
  const auto body = boost::json::parse(answer.value().body, error);
  if (error || !body.is_object() || !body.as_object().contains("sessions"))
    return Error{Error::Code::kInvalid, "not a session list: " + answer.value().body};
  return body.as_object().at("sessions").as_array().size();
}

}  // namespace

Result<SessionCount> count_sessions(const std::string& admin, const std::vector<std::uint64_t>& uids) {
  SessionCount sum;
  for (const std::uint64_t uid : uids) {
    const auto found = sessions_of(admin, uid);
    if (!found.ok()) return found.error();
    if (found.value() == 0) continue;
    ++sum.users;
    sum.sessions += found.value();
    sum.extra += found.value() - 1;
  }
  return sum;
}

Result<SessionCount> count_sessions_until(const std::string& admin, const std::vector<std::uint64_t>& uids, int wait_s,
                                          bool (*good)(const SessionCount&, std::size_t users)) {
  const std::int64_t end = now_ns() + std::int64_t{wait_s} * 1'000'000'000;
  while (true) {
    auto count = count_sessions(admin, uids);
    if (now_ns() >= end || (count.ok() && good(count.value(), uids.size()))) return count;
    // The cluster is another process: it is asked again.
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
  }
}

}  // namespace im::load
