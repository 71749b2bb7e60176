#include "logic/push_api/problem_json.hpp"

namespace im::logic {

boost::json::object problem_json(const Problem& problem, const std::string& request_id) {
  boost::json::object out{{"type", "urn:webrtc-im:problem:" + problem.code},
                          {"title", problem.title},
                          {"status", problem.status},
                          {"code", problem.code},
                          {"detail", problem.detail}};
  if (!problem.pointer.empty()) out["pointer"] = problem.pointer;
  out["request_id"] = request_id;
  return out;
}

}  // namespace im::logic
