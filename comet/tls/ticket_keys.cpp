#include "comet/tls/ticket_keys.hpp"

#include <algorithm>
#include <cstring>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <stdexcept>

namespace im::comet {

namespace {

// What OpenSSL wants to hear (SSL_CTX_set_tlsext_ticket_key_evp_cb(3)).
constexpr int kFailed = -1, kUnknown = 0, kTaken = 1, kTakenAndRenewed = 2;

bool set_mac(EVP_MAC_CTX* mac, TicketKeys::Key& key) {
  char digest[] = "sha256";
  const OSSL_PARAM with[] = {OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, key.mac.data(), key.mac.size()),
                             OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                             OSSL_PARAM_construct_end()};
  return EVP_MAC_CTX_set_params(mac, with) == 1;
}

int seal(const TicketKeys& keys, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac) {
  TicketKeys::Key key = keys.newest();
  std::copy(key.name.begin(), key.name.end(), name);
  const bool done = RAND_bytes(iv, EVP_CIPHER_get_iv_length(EVP_aes_256_cbc())) == 1 &&
                    EVP_EncryptInit_ex(cipher, EVP_aes_256_cbc(), nullptr, key.cipher.data(), iv) == 1 &&
                    set_mac(mac, key);
  OPENSSL_cleanse(&key, sizeof key);
  return done ? kTaken : kFailed;
}

/// TLS 1.3 gives a fresh ticket with each connection, so that nobody can tell two of one client by it.
int unseal(const TicketKeys& keys, bool renews, const unsigned char* name, const unsigned char* iv,
           EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac) {
  auto found = keys.find(name);
  if (!found) return kUnknown;
  const bool done = EVP_DecryptInit_ex(cipher, EVP_aes_256_cbc(), nullptr, found->key.cipher.data(), iv) == 1 &&
                    set_mac(mac, found->key);
  OPENSSL_cleanse(&found->key, sizeof found->key);
  if (!done) return kFailed;
  return renews || !found->newest ? kTakenAndRenewed : kTaken;
}

int on_ticket(SSL* ssl, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac, int sealing) {
  const auto& keys = *static_cast<const TicketKeys*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
  if (sealing != 0) return seal(keys, name, iv, cipher, mac);
  return unseal(keys, SSL_version(ssl) == TLS1_3_VERSION, name, iv, cipher, mac);
}

}  // namespace

TicketKeys::TicketKeys() { keys_[0] = make(); }

TicketKeys::~TicketKeys() { OPENSSL_cleanse(keys_.data(), sizeof keys_); }

TicketKeys::Key TicketKeys::make() {
  Key key{};
  if (RAND_bytes(key.name.data(), static_cast<int>(key.name.size())) != 1 ||
      RAND_priv_bytes(key.cipher.data(), static_cast<int>(key.cipher.size())) != 1 ||
      RAND_priv_bytes(key.mac.data(), static_cast<int>(key.mac.size())) != 1)
    throw std::runtime_error("no random bytes from the system");
  return key;
}

bool TicketKeys::turn(TimePoint now) {
  const std::lock_guard lock(mutex_);
  if (!since_) since_ = now;
  if (now - *since_ < kEvery) return false;
  // After a standstill the key before is too old as well.
  kept_ = now - *since_ < 2 * kEvery ? 2 : 1;
  keys_[1] = keys_[0];
  keys_[0] = make();
  if (kept_ == 1) OPENSSL_cleanse(&keys_[1], sizeof keys_[1]);
  since_ = now;
  return true;
}

void TicketKeys::use_in(ssl_ctx_st* context) {
  SSL_CTX_set_app_data(context, this);
  SSL_CTX_set_tlsext_ticket_key_evp_cb(context, on_ticket);
}

TicketKeys::Key TicketKeys::newest() const {
  const std::lock_guard lock(mutex_);
  return keys_[0];
}

std::optional<TicketKeys::Found> TicketKeys::find(const unsigned char* name) const {
  const std::lock_guard lock(mutex_);
  for (std::size_t at = 0; at < kept_; ++at) {
    if (std::memcmp(keys_[at].name.data(), name, kNameSize) == 0) return Found{keys_[at], at == 0};
  }
  return std::nullopt;
}

}  // namespace im::comet
