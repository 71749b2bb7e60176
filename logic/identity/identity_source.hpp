#pragma once

#include <functional>
#include <memory>
#include <string>

#include "common/daemon/metrics.hpp"
#include "logic/identity/authenticator.hpp"
#include "logic/identity/hook_pool.hpp"
#include "logic/identity/identity_config.hpp"
#include "logic/identity/jwt_identity.hpp"
#include "logic/identity/own_tokens.hpp"

namespace im::logic {

/// The identity that the configuration asks for, with the files it follows and the thread it needs.
class IdentitySource {
 public:
  explicit IdentitySource(const IdentityConfig& config);
  Authenticator& authenticator() { return *authenticator_; }
  /// Clients prove who they are, so that it can end and be revoked; false with `open`.
  bool proven() const { return proven_; }
  /// Null but with `accounts`.
  OwnTokens* own_tokens() { return own_tokens_.get(); }
  /// Follows the files; every second or so, and once before the first client. The first look throws
  /// std::runtime_error when a file that must be there is broken.
  void look();
  /// Hears of keys of tokens that are gone from their file. Before the first look().
  void on_key_gone(std::function<void(const std::string& name)> tell);
  bool knows_key(const std::string& name) const;
  /// Tokens are signed with keys that logic knows: neither `open` nor `webhook`.
  bool has_keys() const { return jwt_ != nullptr; }
  std::vector<std::string> key_names() const;
  /// Why nobody can log in here, "" = nothing is in the way. After look().
  std::string problem() const { return jwt_keys_ ? jwt_keys_->problem() : ""; }
  void stop();
  void add_metrics(MetricsPage& page) const;

 private:
  void make_webhook(const WebhookConfig& config);

  bool proven_ = false;
  std::unique_ptr<HookPool> pool_;
  std::unique_ptr<Authenticator> authenticator_;
  std::unique_ptr<JwtKeysFile> jwt_keys_;
  std::unique_ptr<OwnTokens> own_tokens_;
  JwtAuthenticator* jwt_ = nullptr;          ///< identity jwt and accounts: authenticator_
  WebhookAuthenticator* webhook_ = nullptr;  ///< identity webhook: authenticator_
};

}  // namespace im::logic
