#pragma once

#include <string_view>

#include "common/http/http_route.hpp"

namespace im::http {

/// The header lines that let a page of `origin` read an answer; `cors` may be nullptr. Pure.
HttpFields cors_headers(const HttpCors* cors, std::string_view origin);
/// The answer to a preflight; `allow`: the methods of the path.
HttpResponse preflight_answer(const HttpCors& cors, std::string_view origin, const std::vector<std::string>& allow);
/// "a, b"
std::string joined(const std::vector<std::string>& words);

}  // namespace im::http
