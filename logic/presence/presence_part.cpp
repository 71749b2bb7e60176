#include "logic/presence/presence_part.hpp"

#include "common/daemon/metrics.hpp"

namespace im::logic {

void PresencePart::add_metrics(MetricsPage& page) const {
  const char* name = "im_logic_user_events_total";
  const char* help = "Users whose sessions changed, by what they are now.";
  page.counter(name, help, static_cast<double>(counts_.stats().online), {{"state", "online"}});
  page.counter(name, help, static_cast<double>(counts_.stats().offline), {{"state", "offline"}});
  page.counter("im_logic_slots_begun_total", "Slots told from the beginning.",
               static_cast<double>(counts_.stats().slots_begun));
  page.counter("im_logic_slots_known_total", "Slots of which every online user was told.",
               static_cast<double>(counts_.stats().slots_known));
}

}  // namespace im::logic
