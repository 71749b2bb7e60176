#pragma once

#include <optional>
#include <string>

#include <boost/json/object.hpp>

#include "common/base/blocking_pool.hpp"
#include "common/http/http_server.hpp"
#include "logic/admin/answers.hpp"
#include "logic/goim/http_answers.hpp"

namespace im::logic::chat_admin {

inline HttpResponse failed(const Error& error) {
  switch (error.code) {
    case Error::Code::kInvalid:
      return problem(400, "invalid", error.message);
    case Error::Code::kDenied:
    case Error::Code::kConflict:
      return problem(409, to_string(error.code), error.message);
    case Error::Code::kNotFound:
      return problem(404, "not_found", error.message);
    default:
      return problem(503, "unavailable", "the store did not do it: " + error.message);
  }
}

/// The parameter `name` as a number in [least, most]; absent: `otherwise`, which may be none.
inline Result<std::int64_t> number_in(const HttpRequest& request, const char* name, std::int64_t least,
                                      std::int64_t most, std::optional<std::int64_t> otherwise = {}) {
  const std::string* text = request.parameter(name);
  if (text == nullptr && otherwise) return *otherwise;
  const auto number = text == nullptr ? std::nullopt : parse_number<std::int64_t>(*text);
  if (!number || *number < least || *number > most)
    return Error{Error::Code::kInvalid, std::string("parameter \"") + name + "\" is a number from " +
                                            std::to_string(least) + " to " + std::to_string(most)};
  return *number;
}

/// Work that blocks, and its answer.
template <class Work>
void answer_from(BlockingPool& pool, HttpReply reply, Work work) {
  pool.run(std::move(work), [reply = std::move(reply)](const Result<boost::json::object>& result) {
    reply(result.ok() ? answer(200, result.value()) : failed(result.error()));
  });
}

}  // namespace im::logic::chat_admin
