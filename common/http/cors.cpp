#include "common/http/cors.hpp"

#include <algorithm>
#include <mutex>
#include <shared_mutex>
#include <utility>

namespace im::http {

namespace {

/// Of the origins of all routes: they change at SIGHUP only.
std::shared_mutex g_origins_mutex;

bool has(const std::vector<std::string>& origins, std::string_view one) {
  return std::find(origins.begin(), origins.end(), one) != origins.end();
}

}  // namespace

void set_origins(HttpCors& cors, std::vector<std::string> origins) {
  const std::unique_lock lock(g_origins_mutex);
  cors.origins = std::move(origins);
}

bool has_origins(const HttpCors& cors) {
  const std::shared_lock lock(g_origins_mutex);
  return !cors.origins.empty();
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

HttpFields cors_headers(const HttpCors* cors, std::string_view origin) {
  HttpFields out;
  if (cors == nullptr) return out;
  const std::shared_lock lock(g_origins_mutex);
  if (cors->origins.empty()) return out;
  const bool any = has(cors->origins, "*");
  // Also where no page asks: a cache must not give that answer to one that does.
  if (!any) out.emplace_back("Vary", "Origin");
  if (origin.empty()) return out;
  if (!any && !has(cors->origins, origin)) return out;
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
