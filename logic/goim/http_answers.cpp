#include "logic/goim/http_answers.hpp"

#include <boost/json/serialize.hpp>

#include "common/base/utf8.hpp"

namespace im::logic {

namespace {

std::string body_of(int code, const std::string& message, const boost::json::value* data) {
  boost::json::object object{{"code", code}, {"message", to_utf8(message)}};
  if (data != nullptr) object["data"] = *data;
  return boost::json::serialize(object);
}

}  // namespace

HttpResponse goim_answer(int code, const std::string& message, const boost::json::value* data) {
  return {.status = 200,
          .content_type = "application/json; charset=utf-8",
          .body = body_of(code, message, data),
          .headers = {}};
}

bool valid_key(const std::string& key) { return !key.empty() && key.size() <= kMaxKey && valid_utf8(key); }

HttpResponse bad_parameter(const std::string& message) {
  return {.status = 400,
          .content_type = "text/plain; charset=utf-8",
          .body = body_of(-400, message, nullptr),
          .headers = {}};
}

void goim_route(HttpServer& server, const char* method, const char* pattern, HttpHandler handler) {
  HttpRoute route;
  route.method = method;
  route.pattern = pattern;
  route.handler = std::move(handler);
  route.target_limit = 1U << 20;
  server.route(std::move(route));
}

}  // namespace im::logic
