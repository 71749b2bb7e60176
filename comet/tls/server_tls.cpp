#include "comet/tls/server_tls.hpp"

#include <array>
#include <fstream>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <span>
#include <utility>

#include "comet/tls/tls_channel.hpp"
#include "common/base/freed.hpp"
#include "common/base/secret_file.hpp"

namespace im::comet {

namespace {

/// TLS 1.2: ephemeral keys and authenticated encryption only. TLS 1.3 has nothing else.
constexpr const char* kCiphers = "ECDHE+AESGCM:ECDHE+CHACHA20";
constexpr std::array<unsigned char, 9> kHttp{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

using Bio = std::unique_ptr<BIO, Freed<BIO_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;

Error invalid(const std::string& path, const std::string& what) {
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  ERR_clear_error();
  return {Error::Code::kInvalid, path + ": " + what + (reason != nullptr ? " (" + std::string(reason) + ")" : "")};
}

Error unread(const std::string& path, const Error& why) { return {Error::Code::kInvalid, path + ": " + why.message}; }

Bio bytes_of(const std::string& text) { return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))); }

int choose_protocol(SSL* ssl, const unsigned char** out, unsigned char* size, const unsigned char* offered,
                    unsigned int count, void* /*unused*/) {
  if (tls_use_of(ssl) == TlsUse::kPackets) return SSL_TLSEXT_ERR_NOACK;
  unsigned char* chosen = nullptr;
  const int found = SSL_select_next_proto(&chosen, size, kHttp.data(), kHttp.size(), offered, count);
  *out = chosen;
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

Status add_certificates(SSL_CTX* context, const std::string& path) {
  const auto text = read_secret_file(path, FileSecrecy::kPublic);
  if (!text.ok()) return unread(path, text.error());
  const Bio bio = bytes_of(text.value());
  const Certificate own(PEM_read_bio_X509_AUX(bio.get(), nullptr, nullptr, nullptr));
  if (!own) return invalid(path, "no certificate in PEM; it must begin with -----BEGIN CERTIFICATE-----");
  if (SSL_CTX_use_certificate(context, own.get()) != 1) return invalid(path, "this certificate cannot be used");
  while (X509* next = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) {
    if (SSL_CTX_add0_chain_cert(context, next) != 1) {
      X509_free(next);
      return invalid(path, "a certificate of the chain cannot be used");
    }
  }
  ERR_clear_error();  // the end of the file is one
  return Ok{};
}

Status add_key(SSL_CTX* context, const ServerTls::Files& files) {
  const auto text = read_secret_file(files.key);
  if (!text.ok()) return unread(files.key, text.error());
  const Bio bio = bytes_of(text.value());
  const auto no_password = [](char*, int, int, void*) { return 0; };
  const Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr));
  if (!key) return invalid(files.key, "no private key in PEM without a password");
  if (SSL_CTX_use_PrivateKey(context, key.get()) != 1)
    return invalid(files.key, "not the key of the certificate in " + files.certificate);
  return Ok{};
}

Result<ServerTls::Context> make_context(const ServerTls::Files& files) {
  const ServerTls::Context context(SSL_CTX_new(TLS_server_method()), Freed<SSL_CTX_free>());
  SSL_CTX* raw = context.get();
  SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(raw, kCiphers);
  SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                               SSL_OP_PRIORITIZE_CHACHA | SSL_OP_ENABLE_KTLS | SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(raw, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);  // tickets: the client keeps them
  SSL_CTX_set_num_tickets(raw, 1);
  SSL_CTX_set_alpn_select_cb(raw, choose_protocol, nullptr);
  if (const Status chain = add_certificates(raw, files.certificate); !chain.ok()) return chain.error();
  if (const Status key = add_key(raw, files); !key.ok()) return key.error();
  return context;
}

}  // namespace

Result<std::unique_ptr<ServerTls>> ServerTls::load(Files files) {
  std::unique_ptr<ServerTls> out(new ServerTls(std::move(files)));
  const Status read = out->reload();
  if (!read.ok()) return read.error();
  return out;
}

Status ServerTls::reload() {
  auto fresh = make_context(files_);
  if (!fresh.ok()) return fresh.error();
  tickets_.use_in(fresh.value().get());
  const std::lock_guard lock(mutex_);
  context_ = std::move(fresh).value();
  return Ok{};
}

ServerTls::Context ServerTls::context() const {
  const std::lock_guard lock(mutex_);
  return context_;
}

std::string ServerTls::ends() const {
  const Context current = context();
  const Bio out(BIO_new(BIO_s_mem()));
  ASN1_TIME_print(out.get(), X509_get0_notAfter(SSL_CTX_get0_certificate(current.get())));
  std::array<char, 64> text{};
  const int size = BIO_read(out.get(), text.data(), text.size());
  return {text.data(), static_cast<std::size_t>(std::max(size, 0))};
}

bool kernel_has_tls() {
  std::ifstream in("/proc/sys/net/ipv4/tcp_available_ulp");
  for (std::string name; in >> name;) {
    if (name == "tls") return true;
  }
  return false;
}

}  // namespace im::comet
