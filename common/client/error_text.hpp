#pragma once

#include <string>

#include <boost/system/error_code.hpp>

namespace im::client {

/// For people: "connection refused", "closed by the other side", "no answer in time".
std::string error_text(const boost::system::error_code& error);

}  // namespace im::client
