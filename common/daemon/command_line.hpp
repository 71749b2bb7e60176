#pragma once

#include <string>
#include <utility>
#include <vector>

#include "common/config/options.hpp"

namespace im {

struct CommandLine {
  std::string config_file;
  bool check = false;
  bool show_config = false;
  bool sample_config = false;
  bool config_docs = false;
  std::vector<std::pair<std::string, std::string>> settings;  ///< --section.key=value
  int exit_code = -1;                                         ///< >= 0: end now with it (help, version, usage error)
};

CommandLine parse_command_line(const std::string& service, const std::string& summary, const config::Options& options,
                               int argc, char** argv);

}  // namespace im
