#include "logic/hooks/hooks_config.hpp"

#include "common/client/address.hpp"
#include "common/config/rules.hpp"

namespace im::logic {

namespace {

std::string wrong(const HooksConfig& config) {
  for (const auto& [key, url] : {std::pair{"hooks.url", &config.url}, {"hooks.moderation_url", &config.moderation_url}})
    if (const auto parsed = client::parse_url(*url); !url->empty() && !parsed.ok())
      return std::string(key) + ": " + parsed.error().message;
  if (config.any() && config.secret_file.empty()) return "hooks.secret_file: hooks need it";
  if (config.deadline.count() < 1 || config.moderation_deadline.count() < 1) return "hooks: a deadline is at least 1ms";
  return "";
}

}  // namespace

void describe(config::Options& options, HooksConfig& config) {
  options.section("hooks", "What your HTTP service hears of the chat (docs/hooks.md). Needs a store.");
  options.add("url", config.url,
              "Who hears of messages to users who are offline and of users who come and go. Empty: nobody.");
  options.add("secret_file", config.secret_file,
              "File with the secret that signs each call: 16 to 256 printable characters, chmod 600.");
  options.must(config::secret_or_empty(config.secret_file));
  options.add("ca_file", config.ca_file, "PEM; whom https is believed. Empty: whom the system believes.");
  options.add("deadline", config.deadline, "Of one call to url.");
  options.add("connections", config.connections, "Most calls at the same time.", 1);
  options.add("tries", config.tries, "How often a call is tried, within some two hours, before it is given up.", 1);
  options.add("body", config.body, "push.offline tells the message's body, too.");
  options.add("disconnect_delay", config.disconnect_delay, "Who is back within it has not been gone.");
  options.add("moderation_url", config.moderation_url,
              "Who is asked before a message or an edit is kept: allow, rewrite or refuse. Empty: nobody.");
  options.add("moderation_deadline", config.moderation_deadline, "Of one question.");
  options.add("moderation_default", config.moderation_default, "When there is no good answer in time.",
              {"allow", "refuse"});
  options.check([&config] { return wrong(config); });
}

}  // namespace im::logic
