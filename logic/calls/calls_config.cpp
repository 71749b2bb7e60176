#include "logic/calls/calls_config.hpp"

#include <algorithm>
#include <string_view>

#include "common/config/rules.hpp"

namespace im::logic {

namespace {

bool is_ice_url(std::string_view url, std::string_view scheme) {
  if (!url.starts_with(scheme)) return false;
  return url.size() > scheme.size() && url.find_first_of(" \"\\") == std::string_view::npos;
}

std::string problem(const CallsConfig& config) {
  for (const auto& url : config.stun_urls)
    if (!is_ice_url(url, "stun:") && !is_ice_url(url, "stuns:"))
      return "calls.stun_urls: \"" + url + "\" is not stun:HOST:PORT";
  for (const auto& url : config.turn_urls)
    if (!is_ice_url(url, "turn:") && !is_ice_url(url, "turns:"))
      return "calls.turn_urls: \"" + url + "\" is not turn:HOST:PORT?transport=udp";
  if (config.turn_urls.empty() != config.turn_secrets_file.empty())
    return "calls.turn_secrets_file: it and calls.turn_urls go together";
  if (config.turn_ttl.count() < 60000 || config.turn_ttl.count() > 86400000) return "calls.turn_ttl: must be 1m to 24h";
  return "";
}

}  // namespace

void describe(config::Options& options, CallsConfig& config) {
  options.section("calls", "Calls (docs/calls.md); they need a store.");
  options.add("stun_urls", config.stun_urls, "STUN servers that clients are told, \"stun:HOST:PORT\".");
  options.add(
      "turn_urls", config.turn_urls,
      "TURN servers that clients are told, \"turn:HOST:PORT?transport=udp\", \"turns:HOST:443?transport=tcp\".");
  options.add("turn_secrets_file", config.turn_secrets_file,
              "The TURN servers' static-auth-secret, one a line: credentials are minted with the first one. Followed "
              "when it changes, so a new one is put before the old one (deploy/coturn/).");
  options.must(config::secret_or_empty(config.turn_secrets_file));
  options.add("turn_ttl", config.turn_ttl, "How long minted credentials are good for, 1m to 24h.");
  options.add("pair_invites", config.pair_invites,
              "Calls a minute from one user to one other, for each logic; one more is 4429. 0 = no limit.");
  options.check([&config] { return problem(config); });
}

}  // namespace im::logic
