#include "logic/webim/webim_config.hpp"

namespace im::logic::webim {

void describe(config::Options& options, WebimConfig& config) {
  options.section("webim", "The lobby of the old chat page (docs/webim.md); it needs a store.");
  options.add("enabled", config.enabled, "Lets pages in that come to the comets' webim.port, as guests.");
  options.add("message_gap", config.message_gap, "Least time between two messages of a page; sooner is its error 104.");
  options.add("picture_size", config.picture_size, "Largest picture of a page; pictures need media.dir.");
  options.add("picture_day", config.picture_day,
              "Bytes of pictures that one address may send in 24 hours; each counts at least 4 KiB. 0 = no limit.");
  options.add("uploads", config.uploads, "Pictures of pages that may be on their way at once; one more is 429.");
  options.add("uploads_per_ip", config.uploads_per_ip,
              "The same of one address; 0 = no limit. Behind the page's own web server all have its address.");
  options.add("picture_keep", config.picture_keep, "A page's picture goes after so long. 0 = never.");
  options.add("guest_keep", config.guest_keep,
              "A guest who left nothing behind goes after so long, at the earliest. 0 = never.");
  options.add("stay_grace", config.stay_grace,
              "Whoever came so long ago is looked for at the routers, and goes when none has them; longer than a login "
              "takes.");
}

}  // namespace im::logic::webim
