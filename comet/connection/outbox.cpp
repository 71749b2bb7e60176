#include "comet/connection/outbox.hpp"

#include <algorithm>

namespace im::comet {

bool Outbox::push(const Frame& frame, Transport transport, std::size_t already_sent) {
  const std::string_view rest = frame.bytes(transport).substr(already_sent);
  if (bytes_ > 0 && bytes_ + rest.size() > limit_) return false;
  if (head_ > 32 && head_ * 2 > queue_.size()) {
    queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
  }
  queue_.push_back({frame, rest});
  bytes_ += rest.size();
  return true;
}

void Outbox::push_last(const Frame& frame, Transport transport) {
  if (!empty()) {
    const Waiting& first = queue_[head_];
    const bool begun = first.rest.size() < first.frame.bytes(transport).size();
    queue_.resize(head_ + (begun ? 1 : 0));
    bytes_ = begun ? queue_.back().rest.size() : 0;
  }
  queue_.push_back({frame, frame.bytes(transport)});
  bytes_ += queue_.back().rest.size();
}

std::size_t Outbox::gather(std::span<std::string_view> out) const {
  const std::size_t count = std::min(out.size(), queue_.size() - head_);
  for (std::size_t i = 0; i < count; ++i) out[i] = queue_[head_ + i].rest;
  return count;
}

void Outbox::consume(std::size_t bytes) {
  bytes_ -= bytes;
  while (bytes > 0) {
    auto& first = queue_[head_];
    if (bytes < first.rest.size()) {
      first.rest.remove_prefix(bytes);
      return;
    }
    bytes -= first.rest.size();
    first.frame = Frame();
    first.rest = {};
    ++head_;
  }
  if (empty()) {
    queue_.clear();
    head_ = 0;
  }
}

}  // namespace im::comet
