#include "tools/imctl/bench/idle_link.hpp"

#include <cerrno>
#include <cstring>
#include <openssl/ssl.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

#include "tools/imctl/api.hpp"

namespace im::imctl {

TlsForLoad::TlsForLoad() : context_(SSL_CTX_new(TLS_client_method()), SSL_CTX_free) {
  if (!context_) throw Failure("no TLS: the library has no context");
  SSL_CTX_set_verify(context_.get(), SSL_VERIFY_NONE, nullptr);
  SSL_CTX_set_mode(context_.get(), SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(context_.get(), SSL_SESS_CACHE_OFF);
}

IdleLink::IdleLink(IdleLink&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), tls_(std::exchange(other.tls_, nullptr)) {}

IdleLink::~IdleLink() {
  SSL_free(tls_);
  if (fd_ >= 0) ::close(fd_);
}

void IdleLink::secure(const TlsForLoad& tls) {
  tls_ = SSL_new(tls.context());
  if (tls_ == nullptr || SSL_set_fd(tls_, fd_) != 1 || SSL_connect(tls_) != 1)
    throw Failure("a TLS handshake failed, or had no answer in time");
}

void IdleLink::send(std::string_view bytes) {
  const auto size = static_cast<ssize_t>(bytes.size());
  const ssize_t sent = tls_ != nullptr ? SSL_write(tls_, bytes.data(), static_cast<int>(size))
                                       : ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (sent != size) throw Failure(std::string("send: ") + std::strerror(errno));
}

void IdleLink::read_exactly(char* out, std::size_t size) {
  while (size > 0) {
    const ssize_t got =
        tls_ != nullptr ? SSL_read(tls_, out, static_cast<int>(size)) : ::recv(fd_, out, size, MSG_WAITALL);
    if (got <= 0) throw Failure("a connection was refused, or had no answer in time");
    out += got;
    size -= static_cast<std::size_t>(got);
  }
}

}  // namespace im::imctl
