#include "comet/tls/tls_channel.hpp"

#include <cerrno>
#include <cstring>
#include <openssl/err.h>
#include <openssl/ssl.h>

namespace im::comet {

namespace {

/// A record is two reads of the socket: its head, its body.
constexpr std::uint16_t kReadsOfACall = 8;
/// A client may change its keys now and then; no client does so often, or asks again after a refusal.
constexpr std::uint16_t kMostHandshakes = 64;

// Its address marks a channel of TlsUse::kWeb.
char web_mark = 0;

const char* why_it_failed(int error) {
  const unsigned long code = ERR_peek_error();
  ERR_clear_error();
  if (code == 0) return error == SSL_ERROR_SYSCALL ? "the client ended the connection" : "unknown";
  const char* reason = ERR_reason_error_string(code);
  return reason != nullptr ? reason : "unknown";
}

}  // namespace

TlsUse tls_use_of(const ssl_st* ssl) { return SSL_get_app_data(ssl) == &web_mark ? TlsUse::kWeb : TlsUse::kPackets; }

void TlsChannel::Release::operator()(ssl_st* one) const { SSL_free(one); }

TlsChannel::TlsChannel(const ServerTls::Context& context, int fd, TlsUse use) : ssl_(SSL_new(context.get())) {
  SSL_set_fd(ssl_.get(), fd);
  SSL_set_accept_state(ssl_.get());
  if (use == TlsUse::kWeb) SSL_set_app_data(ssl_.get(), &web_mark);
  BIO* bio = SSL_get_rbio(ssl_.get());
  BIO_set_callback_arg(bio, reinterpret_cast<char*>(this));
  BIO_set_callback_ex(bio, &TlsChannel::before_read);
  SSL_set_msg_callback(ssl_.get(), &TlsChannel::on_message);
  SSL_set_msg_callback_arg(ssl_.get(), this);
}

/// OpenSSL would go on for as long as the peer sends: after so many reads it finds the socket empty.
// NOLINTNEXTLINE(readability-function-size): the parameters are OpenSSL's
long TlsChannel::before_read(bio_st* bio, int operation, const char*, std::size_t, int, long, int result,
                             std::size_t*) {
  if (operation != BIO_CB_READ) return result;
  auto& channel = *reinterpret_cast<TlsChannel*>(BIO_get_callback_arg(bio));
  if (channel.reads_left_ == 0) {
    BIO_set_retry_read(bio);
    return -1;
  }
  --channel.reads_left_;
  return result;
}

// NOLINTNEXTLINE(readability-function-size): the parameters are OpenSSL's
void TlsChannel::on_message(int sent, int, int type, const void*, std::size_t, ssl_st* ssl, void* channel) {
  auto& self = *static_cast<TlsChannel*>(channel);
  if (sent == 0 && type == SSL3_RT_HANDSHAKE && SSL_is_init_finished(ssl) != 0) ++self.handshakes_;
}

TlsChannel::~TlsChannel() = default;

TlsChannel::Shake TlsChannel::shake_hands() {
  ERR_clear_error();
  reads_left_ = kReadsOfACall;
  const int result = SSL_do_handshake(ssl_.get());
  if (result == 1) return Shake::kDone;
  const int error = SSL_get_error(ssl_.get(), result);
  if (error == SSL_ERROR_WANT_READ) return Shake::kWantsRead;
  if (error == SSL_ERROR_WANT_WRITE) return Shake::kWantsWrite;
  dead_ = true;
  fault_ = why_it_failed(error);
  return Shake::kFailed;
}

bool TlsChannel::resumed() const { return SSL_session_reused(ssl_.get()) == 1; }

ssize_t TlsChannel::read(std::span<char> into) {
  ERR_clear_error();
  reads_left_ = kReadsOfACall;
  std::size_t size = 0;
  const int result = SSL_read_ex(ssl_.get(), into.data(), into.size(), &size);
  if (result != 1 && reads_left_ == 0) ++handshakes_;
  if (handshakes_ > kMostHandshakes) return reset();
  return result == 1 ? static_cast<ssize_t>(size) : failed(result, true);
}

ssize_t TlsChannel::reset() {
  dead_ = true;
  ERR_clear_error();
  errno = ECONNRESET;
  return -1;
}

ssize_t TlsChannel::write(std::string_view bytes) {
  if (!flush()) return -1;
  bytes = bytes.substr(0, kRecord);
  ERR_clear_error();
  std::size_t size = 0;
  const int result = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &size);
  if (result == 1) return static_cast<ssize_t>(size);
  if (failed(result, false) < 0 && errno != EAGAIN) return -1;
  pending_.assign(bytes);
  return static_cast<ssize_t>(bytes.size());
}

bool TlsChannel::flush() {
  if (dead_) {
    errno = ECONNRESET;
    return false;
  }
  if (pending_.empty()) return true;
  ERR_clear_error();
  std::size_t size = 0;
  const int result = SSL_write_ex(ssl_.get(), pending_.data(), pending_.size(), &size);
  if (result != 1) {
    failed(result, false);
    return false;
  }
  pending_ = std::string();
  return true;
}

void TlsChannel::end() {
  if (dead_ || blocked() || SSL_is_init_finished(ssl_.get()) == 0) return;
  ERR_clear_error();
  SSL_shutdown(ssl_.get());
  ERR_clear_error();
  dead_ = true;
}

/// -1 with errno, or 0: the peer has ended.
ssize_t TlsChannel::failed(int result, bool reading) {
  const int error = SSL_get_error(ssl_.get(), result);
  if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) {
    errno = EAGAIN;
    return -1;
  }
  if (reading && error == SSL_ERROR_ZERO_RETURN) return 0;
  return reset();
}

}  // namespace im::comet
