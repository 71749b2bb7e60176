#pragma once

#include <string>
#include <string_view>

#include <boost/json/object.hpp>

namespace im::imctl {

/// A `client_msg_id` that nobody else has.
std::string new_key();
/// Whether a request may be asked twice, when its answer was lost. Pure.
bool repeatable(std::string_view cmd, const boost::json::object& body);

}  // namespace im::imctl
