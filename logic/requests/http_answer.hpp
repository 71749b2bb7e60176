#pragma once

#include <string>

#include "common/http/http_message.hpp"
#include "logic/requests/answer.hpp"

namespace im::logic {

/// An answer as every door over HTTP gives it (docs/requests.md): the JSON of to_json(), the status that belongs to the
/// code, `Retry-After` in whole seconds, `WWW-Authenticate` where a token is missing. Pure.
HttpResponse http_answer(const Answer& answer);
/// What the server refuses for a route before its handler is asked (a bad head, 408, 413, 431), in the same form. Pure.
HttpResponse http_refusal(int status, const std::string& why);

}  // namespace im::logic
