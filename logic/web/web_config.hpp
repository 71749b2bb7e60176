#pragma once

#include <string>
#include <vector>

#include "common/config/options.hpp"

namespace im::logic {

/// The pages of the public port.
struct WebConfig {
  std::string folder;                ///< as web/ is built: chat/; "" = no pages
  std::string comets_file;           ///< WebSocket addresses for pages, one a line; "" = the node list
  std::vector<std::string> connect;  ///< CSP connect-src beside 'self'; none = the comets that pages are told of
};
/// Section "web".
void describe(config::Options& options, WebConfig& config);

}  // namespace im::logic
