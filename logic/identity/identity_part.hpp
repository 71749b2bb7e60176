#pragma once

#include "logic/identity/connection_service.hpp"
#include "logic/identity/identity_config.hpp"
#include "logic/identity/identity_source.hpp"
#include "logic/identity/key_census.hpp"
#include "logic/identity/revocations.hpp"
#include "logic/identity/token_check.hpp"
#include "logic/part.hpp"
#include "logic/routers/routers_part.hpp"

namespace im::logic {

/// Who clients are, and what comets ask about them.
class IdentityPart final : public Part {
 public:
  IdentityPart(const IdentityConfig& identity, const ClientConfig& client, RoutersPart& routers, Health& health);
  ConnectionService& connections() { return connections_; }
  Authenticator& authenticator() { return source_.authenticator(); }
  /// Null but with identity `accounts`.
  OwnTokens* own_tokens() { return source_.own_tokens(); }
  TokenCheck tokens() { return {authenticator(), revocations()}; }
  /// Null with identity `open`, which has no tokens.
  Revocations* revocations() { return source_.proven() ? &revocations_ : nullptr; }

  /// Hears of keys of tokens that are gone from their file, also while every logic was down, and asks `still` whether
  /// that holds. Before start().
  using KeyGone = std::function<void(const std::string& name, std::function<bool()> still)>;
  void on_key_gone(KeyGone tell);
  bool knows_key(const std::string& name) const { return source_.knows_key(name); }

  void add_metrics(MetricsPage& page) const override;
  void start() override { look(); }
  void tick(TimePoint now) override;
  /// After the gRPC server: its calls wait for answers.
  void stop() override {
    census_.stop();
    source_.stop();
  }

 private:
  void look();
  void miss(const std::string& name);

  Health& health_;
  IdentitySource source_;
  Revocations revocations_;
  ConnectionService connections_;
  KeyGone key_gone_;
  KeyCensus census_;
};

}  // namespace im::logic
