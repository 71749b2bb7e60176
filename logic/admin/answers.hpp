#pragma once

#include <string>

#include <boost/json/value.hpp>

#include "common/http/http_server.hpp"

namespace im::logic {

/// Answers of the admin API (docs/operations.md): a JSON document and a line end.
HttpResponse answer(int status, const boost::json::value& body);
/// `{"code": code, "error": text}`.
HttpResponse problem(int status, const char* code, const std::string& text);

}  // namespace im::logic
