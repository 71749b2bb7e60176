#pragma once

#include <string>

#include <boost/json/object.hpp>

#include "logic/push_api/problem.hpp"

namespace im::logic {

/// application/problem+json (RFC 9457) with the members "code", "pointer" and "request_id" beside the standard ones.
boost::json::object problem_json(const Problem& problem, const std::string& request_id);

}  // namespace im::logic
