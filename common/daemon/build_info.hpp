#pragma once

#include <string>

namespace im {

/// "0.1.0"
std::string build_version();
std::string build_commit();
/// Version, commit, compiler and the versions of the libraries that matter, one per line.
std::string build_details(const std::string& service);

}  // namespace im
