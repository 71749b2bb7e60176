#include "logic/calls/turn_credentials.hpp"

#include <atomic>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sstream>
#include <stdexcept>

#include <boost/json/array.hpp>

#include "common/base/base64.hpp"
#include "common/base/log.hpp"
#include "common/base/secret_file.hpp"

namespace im::logic {

namespace {

namespace json = boost::json;

/// The first line that is not empty.
Result<std::string> first_line(const std::string& path) {
  const auto text = read_secret_file(path);
  if (!text.ok()) return text.error();
  std::istringstream lines(text.value());
  std::string line;
  while (std::getline(lines, line)) {
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
    if (!line.empty()) return line;
  }
  return Error{Error::Code::kInvalid, "has no line"};
}

json::array urls_of(const std::vector<std::string>& urls) {
  json::array out;
  for (const auto& url : urls) out.emplace_back(url);
  return out;
}

}  // namespace

std::string turn_credential(std::string_view secret, std::string_view username) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  HMAC(EVP_sha1(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(username.data()), username.size(), digest, &size);
  return base64({reinterpret_cast<const char*>(digest), size});
}

TurnCredential mint_turn(std::string_view secret, std::int64_t expires_s, Uid uid) {
  TurnCredential out;
  out.username = std::to_string(expires_s) + ":" + std::to_string(uid.value());
  out.credential = turn_credential(secret, out.username);
  return out;
}

IceServers::IceServers(const CallsConfig& config) : config_(config) {
  if (config_.turn_secrets_file.empty()) return;
  stamp_.changed(config_.turn_secrets_file);
  const auto secret = first_line(config_.turn_secrets_file);
  if (!secret.ok())
    throw std::runtime_error("calls.turn_secrets_file: " + config_.turn_secrets_file + " " + secret.error().message);
  secret_ = std::make_shared<const std::string>(secret.value());
}

json::object IceServers::for_user(Uid uid, std::int64_t now_s) const {
  json::array servers;
  if (!config_.stun_urls.empty()) servers.push_back(json::object{{"urls", urls_of(config_.stun_urls)}});
  const std::int64_t ttl = config_.turn_ttl.count() / 1000;
  if (const auto secret = std::atomic_load(&secret_)) {
    const TurnCredential minted = mint_turn(*secret, now_s + ttl, uid);
    servers.push_back(json::object{
        {"urls", urls_of(config_.turn_urls)}, {"username", minted.username}, {"credential", minted.credential}});
  }
  return {{"iceServers", std::move(servers)}, {"ttl_s", ttl}};
}

/// A file that went or lost its lines is told, and the secret stays.
void IceServers::tick() {
  if (config_.turn_secrets_file.empty() || !stamp_.changed(config_.turn_secrets_file)) return;
  const auto fresh = first_line(config_.turn_secrets_file);
  if (!fresh.ok()) {
    log::warn("no TURN secret can be read; the one before stays",
              {{"file", config_.turn_secrets_file}, {"why", fresh.error().message}});
    return;
  }
  std::atomic_store(&secret_, std::make_shared<const std::string>(fresh.value()));
  log::info("TURN credentials are minted with another secret");
}

}  // namespace im::logic
