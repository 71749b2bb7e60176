#include "logic/webim/webim_config.hpp"

namespace im::logic::webim {

void describe(config::Options& options, WebimConfig& config) {
  options.section("webim", "The lobby of the old chat page (docs/webim.md); it needs a store.");
  options.add("enabled", config.enabled, "Lets pages in that come to the comets' webim.port, as guests.");
  options.add("message_gap", config.message_gap, "Least time between two messages of a page; sooner is its error 104.");
}

}  // namespace im::logic::webim
