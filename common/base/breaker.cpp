#include "common/base/breaker.hpp"

#include <algorithm>

namespace im {

bool Breaker::admit(TimePoint now) {
  const std::lock_guard lock(mutex_);
  if (!is_open_) return true;
  if (now < next_try_) {
    ++refused_;
    return false;
  }
  next_try_ = now + limits_.pause;
  return true;
}

bool Breaker::answered(TimePoint now) {
  const std::lock_guard lock(mutex_);
  answered_at_ = std::max(answered_at_, now);
  const bool was_open = is_open_;
  is_open_ = false;
  in_a_row_ = 0;
  return was_open;
}

bool Breaker::unanswered(TimePoint now, TimePoint begun) {
  const std::lock_guard lock(mutex_);
  if (begun < answered_at_) return false;
  const bool opens = ++in_a_row_ >= limits_.unanswered && !is_open_;
  if (!opens) return false;
  is_open_ = true;
  next_try_ = now + limits_.pause;
  return true;
}

bool Breaker::is_open() const {
  const std::lock_guard lock(mutex_);
  return is_open_;
}

std::uint64_t Breaker::refused() const {
  const std::lock_guard lock(mutex_);
  return refused_;
}

}  // namespace im
