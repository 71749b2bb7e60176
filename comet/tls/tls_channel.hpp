#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <sys/types.h>

#include "comet/tls/server_tls.hpp"

struct bio_st;  // OpenSSL's BIO
struct ssl_st;  // and its SSL

namespace im::comet {

/// TLS over one client's socket, which somebody else owns and closes. Speaks like the socket: read() and write() answer
/// as recv(2) and send(2) do, with errno. Never blocks. One worker.
class TlsChannel {
 public:
  enum class Shake : std::uint8_t { kDone, kWantsRead, kWantsWrite, kFailed };

  TlsChannel(const ServerTls::Context& context, int fd, TlsUse use);
  ~TlsChannel();
  TlsChannel(const TlsChannel&) = delete;
  TlsChannel& operator=(const TlsChannel&) = delete;

  /// The next step of the handshake; again when the socket is ready as wanted.
  Shake shake_hands();
  /// After kFailed: why, in OpenSSL's words.
  const char* fault() const { return fault_; }
  /// Of a handshake that is done: a ticket spared the client the certificate.
  bool resumed() const;

  /// At most one record, at most 16 KiB; `into` must hold as many, so that nothing stays behind where epoll cannot see
  /// it. 0: the peer has ended. Records that carry nothing for us (new keys, refused renegotiations) are taken a few at
  /// a time, then EAGAIN: the socket is readable still, and others come first. Too many of them: ECONNRESET.
  ssize_t read(std::span<char> into);
  /// At most kRecord bytes become one record. What is taken counts as written, even while the socket does not take it
  /// yet (blocked()). EAGAIN: still blocked by the record before.
  ssize_t write(std::string_view bytes);
  /// A record waits for the socket.
  bool blocked() const { return !pending_.empty(); }
  /// Tries again; true: nothing waits any more. False with errno EAGAIN, or ECONNRESET for good.
  bool flush();
  /// Says that nothing follows (close_notify), if the socket takes it.
  void end();

  static constexpr std::size_t kRecord = 16 * 1024;

 private:
  struct Release {
    void operator()(ssl_st* one) const;
  };
  ssize_t failed(int result, bool reading);
  ssize_t reset();
  static long before_read(bio_st* bio, int operation, const char*, std::size_t, int, long, int result, std::size_t*);
  static void on_message(int sent, int version, int type, const void*, std::size_t, ssl_st*, void* channel);

  std::unique_ptr<ssl_st, Release> ssl_;
  std::string pending_;  ///< the plain bytes of the record that waits
  const char* fault_ = "";
  std::uint16_t reads_left_ = 0;  ///< of the socket, in this call
  std::uint16_t handshakes_ = 0;  ///< messages of handshakes after the first one, and calls that met nothing but such
  bool dead_ = false;             ///< after an error OpenSSL must not be asked to write again
};

/// What was said when the channel was made; for OpenSSL's callbacks.
TlsUse tls_use_of(const ssl_st* ssl);

}  // namespace im::comet
