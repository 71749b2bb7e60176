#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// API keys of backends that push (docs/push-api.md). A key is `imk_ID_SECRET`: the id finds it, the secret proves it.
/// Only the SHA-256 of the secret is kept: it has 256 random bits, so nothing slower is needed.
namespace im {

/// What a key may push to. Names in files and answers: "users" (keys of connections too), "rooms", "all".
inline constexpr std::string_view kKeyScopes[] = {"users", "rooms", "all"};

struct ApiKey {
  std::string id;    ///< 8 characters, shown in logs and lists
  std::string name;  ///< whose it is, for people
  std::string hash;  ///< SHA-256 of the secret, hexadecimal
  std::vector<std::string> scopes;
  double rate = 100;   ///< tokens per second: a push costs one for each target and 4 KiB of its body
  double burst = 200;  ///< tokens at once
  std::int64_t created_ms = 0;
  std::int64_t expires_ms = 0;  ///< 0 = never

  bool may(std::string_view scope) const;
};

struct NewApiKey {
  ApiKey key;
  std::string text;  ///< what the backend sends; shown once, kept nowhere
};

/// Fresh id and secret from the system's random source; the other fields as given.
NewApiKey make_api_key(ApiKey fields);

struct ApiKeyText {
  std::string_view id, secret;
};
/// Parts of `imk_ID_SECRET`; both empty when it is not one.
ApiKeyText split_api_key(std::string_view text);
/// In constant time.
bool proves(const ApiKey& key, std::string_view secret);

}  // namespace im
