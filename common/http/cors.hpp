#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/http/http_route.hpp"

namespace im::http {

/// Other pages from here on, also for routes in use. Any thread; who reads `origins` of such a one asks here.
void set_origins(HttpCors& cors, std::vector<std::string> origins);
/// Without any a route answers as if it had no HttpCors.
bool has_origins(const HttpCors& cors);
/// The header lines that let a page of `origin` read an answer; `cors` may be nullptr. Pure.
HttpFields cors_headers(const HttpCors* cors, std::string_view origin);
/// The answer to a preflight; `allow`: the methods of the path.
HttpResponse preflight_answer(const HttpCors& cors, std::string_view origin, const std::vector<std::string>& allow);
/// "a, b"
std::string joined(const std::vector<std::string>& words);

}  // namespace im::http
