#pragma once

#include <csignal>
#include <filesystem>
#include <fstream>
#include <memory>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <string>
#include <sys/stat.h>

#include <gtest/gtest.h>

#include "comet/tls/server_tls.hpp"

namespace im::comet {

/// Files of a certificate that signed itself, in a folder of the test's own.
class TlsFiles {
 public:
  explicit TlsFiles(const std::string& name) : dir_(testing::TempDir() + "/tls-" + name) {
    std::filesystem::create_directories(dir_);
    std::signal(SIGPIPE, SIG_IGN);  // as daemons do: OpenSSL writes with write(2)
    write("im.example");
  }
  ~TlsFiles() { std::filesystem::remove_all(dir_); }
  TlsFiles(const TlsFiles&) = delete;
  TlsFiles& operator=(const TlsFiles&) = delete;

  /// A new key and certificate for `host`, in place of what there is.
  void write(const std::string& host) {
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
    const std::unique_ptr<X509, decltype(&X509_free)> own(X509_new(), X509_free);
    X509_set_version(own.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(own.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(own.get()), -60);
    X509_gmtime_adj(X509_getm_notAfter(own.get()), 3600);
    X509_set_pubkey(own.get(), key.get());
    X509_NAME* name = X509_get_subject_name(own.get());
    const auto* text = reinterpret_cast<const unsigned char*>(host.c_str());
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1, 0);
    X509_set_issuer_name(own.get(), name);
    X509_sign(own.get(), key.get(), EVP_sha256());
    FILE* out = std::fopen(files().certificate.c_str(), "w");
    PEM_write_X509(out, own.get());
    std::fclose(out);
    out = std::fopen(files().key.c_str(), "w");
    PEM_write_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(out);
    ::chmod(files().key.c_str(), 0600);
    ::chmod(files().certificate.c_str(), 0644);
  }
  ServerTls::Files files() const { return {dir_ + "/cert.pem", dir_ + "/key.pem"}; }
  std::unique_ptr<ServerTls> load() const {
    auto loaded = ServerTls::load(files());
    EXPECT_TRUE(loaded.ok()) << loaded.error().message;
    return std::move(loaded).value();
  }

 private:
  std::string dir_;
};

/// The other end: a TLS client on a non-blocking descriptor, driven by hand.
class TlsClient {
 public:
  explicit TlsClient(int fd, SSL_SESSION* ticket = nullptr)
      : context_(SSL_CTX_new(TLS_client_method()), SSL_CTX_free), ssl_(SSL_new(context_.get()), SSL_free) {
    SSL_set_fd(ssl_.get(), fd);
    SSL_set_connect_state(ssl_.get());
    if (ticket != nullptr) SSL_set_session(ssl_.get(), ticket);
  }
  SSL* ssl() { return ssl_.get(); }

  /// Steps until done or `pump` (the server's turn) changes nothing any more.
  template <class Pump>
  bool shake_hands(Pump pump) {
    for (int step = 0; step < 20; ++step) {
      if (SSL_do_handshake(ssl_.get()) == 1) {
        pump();
        return true;
      }
      pump();
    }
    return false;
  }
  void write(const std::string& bytes) {
    ASSERT_EQ(SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())), static_cast<int>(bytes.size()));
  }
  std::string read() {
    std::string all;
    std::string part(65536, '\0');
    for (int size = 1; size > 0;) {
      size = SSL_read(ssl_.get(), part.data(), static_cast<int>(part.size()));
      if (size > 0) all.append(part, 0, static_cast<std::size_t>(size));
      last_error_ = SSL_get_error(ssl_.get(), size);
    }
    ERR_clear_error();
    return all;
  }
  /// The server has said that nothing follows (close_notify).
  bool ended() const { return last_error_ == SSL_ERROR_ZERO_RETURN; }
  std::string host() const {
    const std::unique_ptr<X509, decltype(&X509_free)> peer(SSL_get1_peer_certificate(ssl_.get()), X509_free);
    std::string out(64, '\0');
    const int size = X509_NAME_get_text_by_NID(X509_get_subject_name(peer.get()), NID_commonName, out.data(), 64);
    out.resize(static_cast<std::size_t>(std::max(size, 0)));
    return out;
  }

 private:
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl_;
  int last_error_ = 0;
};

}  // namespace im::comet
