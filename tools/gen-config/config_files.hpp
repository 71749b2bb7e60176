#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/config/options.hpp"

namespace im {

/// The names of the daemons, in the order of docs/configuration.md.
std::vector<std::string> daemons();

/// Calls `use` with all keys of a daemon, the common ones included, at their defaults.
void with_options(const std::string& daemon, const std::function<void(config::Options&)>& use);

struct GeneratedFile {
  std::string path;  ///< relative to the root of the repository
  std::string text;
};
std::vector<GeneratedFile> config_files();

}  // namespace im
