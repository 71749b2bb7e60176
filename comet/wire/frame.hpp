#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace im::comet {

/// How a connection is spoken to. kEcho is the conformance listener (comet.ws_echo); kPoll has no socket of its own
/// (PollSink): what it is sent are WebSocket frames that somebody fetches.
enum class Transport : std::uint8_t { kTcp, kWebSocket, kEcho, kPoll };

/// Immutable bytes shared by every outbox they wait in. Made and dropped by one worker: the count is not atomic.
class Frame {
 public:
  Frame() = default;
  /// `tcp_offset`..end goes to TCP sockets, `ws_offset`..end to WebSocket ones.
  Frame(std::string bytes, std::size_t ws_offset, std::size_t tcp_offset)
      : shared_(new Shared{std::move(bytes), static_cast<std::uint32_t>(ws_offset),
                           static_cast<std::uint32_t>(tcp_offset), 1}) {}
  /// The same bytes for every transport (a reply already framed for its connection).
  explicit Frame(std::string bytes) : Frame(std::move(bytes), 0, 0) {}
  Frame(const Frame& other) : shared_(other.shared_) {
    if (shared_ != nullptr) ++shared_->references;
  }
  Frame(Frame&& other) noexcept : shared_(std::exchange(other.shared_, nullptr)) {}
  Frame& operator=(Frame other) noexcept {
    std::swap(shared_, other.shared_);
    return *this;
  }
  ~Frame() {
    if (shared_ != nullptr && --shared_->references == 0) delete shared_;
  }

  explicit operator bool() const { return shared_ != nullptr; }
  std::string_view bytes(Transport transport) const {
    const std::size_t offset = transport == Transport::kTcp ? shared_->tcp_offset : shared_->ws_offset;
    return std::string_view(shared_->data).substr(offset);
  }
  /// The same for all copies, and no other frame's while one is there.
  const void* id() const { return shared_; }
  std::size_t size() const { return shared_->data.size(); }

 private:
  struct Shared {
    std::string data;
    std::uint32_t ws_offset;
    std::uint32_t tcp_offset;
    std::uint32_t references;
  };
  Shared* shared_ = nullptr;
};

}  // namespace im::comet
