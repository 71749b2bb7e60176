#include "logic/requests/http_answer.hpp"

#include <chrono>

namespace im::logic {

namespace {

Failure failure_with(int status, const std::string& why) {
  if (status >= 500) return failure_of(Error{Error::Code::kUnavailable, why});
  return {status == 413 ? Code::kTooLarge : Code::kMalformed, why, {}, {}};
}

}  // namespace

HttpResponse http_answer(const Answer& answer) {
  HttpResponse response;
  response.body = to_json(answer) + "\n";
  response.headers = {{"Cache-Control", "no-store"}, {"X-Content-Type-Options", "nosniff"}};
  const auto* failure = std::get_if<Failure>(&answer.result);
  if (failure == nullptr) return response;
  response.status = http_status(failure->code);
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(failure->retry_in).count();
  if (seconds > 0) response.headers.emplace_back("Retry-After", std::to_string(seconds));
  if (failure->code == Code::kNoToken) response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

HttpResponse http_refusal(int status, const std::string& why) {
  HttpResponse response = http_answer(failure_with(status, why));
  if (status < 500) response.status = status;
  return response;
}

}  // namespace im::logic
