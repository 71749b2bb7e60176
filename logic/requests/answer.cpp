#include "logic/requests/answer.hpp"

#include <boost/json/serialize.hpp>

namespace im::logic {

namespace json = boost::json;

std::string to_json(const Answer& answer) {
  json::object out{{"ok", answer.ok()}};
  if (answer.ok()) {
    for (const auto& member : std::get<json::object>(answer.result)) out.insert(member);
    return json::serialize(out);
  }
  const Failure& failure = std::get<Failure>(answer.result);
  out["code"] = static_cast<int>(failure.code);
  out["error"] = failure.error;
  if (failure.retry_in.count() > 0) out["retry_ms"] = failure.retry_in.count();
  for (const auto& member : failure.more) out.insert(member);
  return json::serialize(out);
}

}  // namespace im::logic
