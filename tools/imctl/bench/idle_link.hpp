#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

struct ssl_ctx_st;
struct ssl_st;

namespace im::imctl {

/// What TLS connections of a run share. A certificate is not looked at: load goes to servers of one's own.
class TlsForLoad {
 public:
  TlsForLoad();  ///< throws Failure
  ssl_ctx_st* context() const { return context_.get(); }

 private:
  std::shared_ptr<ssl_ctx_st> context_;
};

/// A connected blocking socket, perhaps with TLS on it; closed at its end. All of it throws Failure.
class IdleLink {
 public:
  explicit IdleLink(int fd) : fd_(fd) {}
  ~IdleLink();
  IdleLink(IdleLink&& other) noexcept;
  IdleLink& operator=(IdleLink&&) = delete;

  int fd() const { return fd_; }
  /// Shakes hands.
  void secure(const TlsForLoad& tls);
  void send(std::string_view bytes);
  void read_exactly(char* out, std::size_t size);

 private:
  int fd_;
  ssl_st* tls_ = nullptr;
};

}  // namespace im::imctl
