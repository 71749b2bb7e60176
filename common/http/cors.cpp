#include "common/http/cors.hpp"

#include <algorithm>

namespace im::http {

namespace {

bool any_origin(const HttpCors& cors) {
  return std::find(cors.origins.begin(), cors.origins.end(), "*") != cors.origins.end();
}

}  // namespace

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

HttpFields cors_headers(const HttpCors* cors, std::string_view origin) {
  HttpFields out;
  if (cors == nullptr) return out;
  const bool any = any_origin(*cors);
  // Also where no page asks: a cache must not give that answer to one that does.
  if (!any) out.emplace_back("Vary", "Origin");
  if (origin.empty()) return out;
  if (!any && std::find(cors->origins.begin(), cors->origins.end(), origin) == cors->origins.end()) return out;
  out.emplace_back("Access-Control-Allow-Origin", any ? "*" : std::string(origin));
  if (!cors->exposed_headers.empty()) out.emplace_back("Access-Control-Expose-Headers", joined(cors->exposed_headers));
  return out;
}

HttpResponse preflight_answer(const HttpCors& cors, std::string_view origin, const std::vector<std::string>& allow) {
  HttpResponse out;
  out.status = 204;
  out.headers = cors_headers(&cors, origin);
  out.headers.emplace_back("Access-Control-Allow-Methods", joined(allow));
  if (!cors.request_headers.empty())
    out.headers.emplace_back("Access-Control-Allow-Headers", joined(cors.request_headers));
  out.headers.emplace_back("Access-Control-Max-Age", std::to_string(cors.max_age_s));
  return out;
}

}  // namespace im::http
