#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "comet/wire/frame.hpp"

namespace im::comet {

/// What waits for one blocked socket: shared frames in order, bounded in bytes. No socket inside; exists only while
/// something waits.
class Outbox {
 public:
  explicit Outbox(std::size_t limit_bytes) : limit_(limit_bytes) {}

  /// False: it would pass the bound; nothing was added. An empty outbox takes one frame of any size.
  bool push(const Frame& frame, Transport transport, std::size_t already_sent = 0);
  /// The last frame, whatever the bound: of what waits only a frame that was begun is kept.
  void push_last(const Frame& frame, Transport transport);
  /// Fills `out` with what to write next; returns how many entries were used.
  std::size_t gather(std::span<std::string_view> out) const;
  /// `bytes` of what gather() named have been written.
  void consume(std::size_t bytes);
  bool empty() const { return head_ == queue_.size(); }
  std::size_t bytes() const { return bytes_; }

 private:
  struct Waiting {
    Frame frame;
    std::string_view rest;
  };
  std::size_t limit_;
  std::size_t bytes_ = 0;
  std::vector<Waiting> queue_;
  std::size_t head_ = 0;
};

}  // namespace im::comet
