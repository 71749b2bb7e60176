#include "logic/push_api/key_ring.hpp"

#include "common/base/log.hpp"
#include "common/keys/api_key_file.hpp"

namespace im::logic {

void KeyRing::replace(std::vector<ApiKey> keys) {
  std::map<std::string, Slot, std::less<>> next;
  const std::lock_guard lock(mutex_);
  for (ApiKey& key : keys) {
    const auto old = by_id_.find(key.id);
    const bool same = old != by_id_.end() && old->second.key.rate == key.rate && old->second.key.burst == key.burst;
    const TokenBucket bucket = same ? old->second.bucket : TokenBucket(key.rate, key.burst);
    const std::string id = key.id;
    next.emplace(id, Slot{std::move(key), bucket});
  }
  by_id_ = std::move(next);
}

std::variant<ApiKey, Problem> KeyRing::authenticate(std::string_view text, std::int64_t now_ms) const {
  if (text.empty())
    return unauthenticated(
        "Send `Authorization: Bearer imk_...` or `X-API-Key: imk_...`; `imctl key add` makes a key.");
  const auto [id, secret] = split_api_key(text);
  const auto known = find(id);
  if (!known && size() == 0)
    return unauthenticated("No API key is configured here; `imctl key add` makes one (push_api.keys_file).");
  if (!known || !proves(*known, secret))  // hashed without the lock
    return unauthenticated("This API key is not known here; it may have been revoked.");
  const ApiKey& key = *known;
  if (key.expires_ms != 0 && key.expires_ms <= now_ms)
    return unauthenticated("The API key " + key.id + " has expired.");
  return key;
}

std::optional<ApiKey> KeyRing::find(std::string_view id) const {
  const std::lock_guard lock(mutex_);
  const auto found = by_id_.find(id);
  return id.empty() || found == by_id_.end() ? std::nullopt : std::optional(found->second.key);
}

std::optional<Problem> KeyRing::spend(const ApiKey& key, const PushCost& cost, TimePoint now) {
  const std::lock_guard lock(mutex_);
  const auto found = by_id_.find(key.id);
  if (found == by_id_.end()) return unauthenticated("This API key was revoked just now.");
  if (static_cast<double>(cost.pushes) > found->second.key.burst)
    return invalid(
        std::to_string(cost.pushes) + " pushes at once are more than the burst of this API key; send smaller batches",
        "/pushes");
  const auto wait = found->second.bucket.take_owing(cost.tokens, now);
  if (!wait) return std::nullopt;
  return rate_limited("The limit of this API key is reached.", whole_seconds(*wait));
}

std::size_t KeyRing::size() const {
  const std::lock_guard lock(mutex_);
  return by_id_.size();
}

void KeyRingFile::look() {
  if (path_.empty() || !stamp_.changed(path_)) return;
  auto keys = read_api_keys(path_);
  if (!keys.ok()) {
    log::error("API keys stay as they were", {{"why", keys.error().message}, {"keys", ring_.size()}});
    return;
  }
  ring_.replace(std::move(keys).value());
  log::info("API keys read", {{"file", path_}, {"keys", ring_.size()}});
}

}  // namespace im::logic
