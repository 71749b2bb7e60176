#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "comet/tls/ticket_keys.hpp"
#include "common/base/result.hpp"

struct ssl_ctx_st;  // OpenSSL's SSL_CTX

namespace im::comet {

/// What a TLS client speaks inside: decides which protocol is agreed by ALPN (RFC 7301).
enum class TlsUse : std::uint8_t {
  kPackets,  ///< goim over TCP: no name is registered, so none is agreed
  kWeb,      ///< an upgrade request follows: "http/1.1", and who offers others only is refused
};

/// The certificate of this comet's TLS listeners, and what OpenSSL makes of it: TLS 1.2 with forward secrecy and
/// authenticated ciphers (RFC 9325 §4.2), TLS 1.3; session tickets (RFC 5077), no renegotiation, no compression. TLS in
/// the kernel where it is to be had. Any thread.
class ServerTls {
 public:
  struct Files {
    std::string certificate;  ///< PEM: the certificate, then those that lead to its root
    std::string key;          ///< PEM, its owner's alone (common/base/secret_file.hpp)
  };
  using Context = std::shared_ptr<ssl_ctx_st>;

  /// kInvalid: which file, what is wrong with it, what to do.
  static Result<std::unique_ptr<ServerTls>> load(Files files);

  /// Reads the files again. New connections get what they say; those that are open go on, and tickets stay good. On an
  /// error everything stays as it was.
  Status reload();
  /// Once a second: keys of tickets get old. It must outlive its connections.
  void tick(TimePoint now) { tickets_.turn(now); }
  /// For the next connection.
  Context context() const;
  /// When the certificate ends, as OpenSSL writes it: "Nov 29 17:07:23 2027 GMT".
  std::string ends() const;

 private:
  explicit ServerTls(Files files) : files_(std::move(files)) {}

  const Files files_;
  TicketKeys tickets_;
  mutable std::mutex mutex_;
  Context context_;  ///< guarded by mutex_
};

/// Whether this kernel can encrypt a socket by itself (net.ipv4.tcp_available_ulp names "tls").
bool kernel_has_tls();

}  // namespace im::comet
