#pragma once

#include <algorithm>
#include <span>

#include "comet/connection/connection_io.hpp"
#include "comet/wire/push_frame.hpp"

namespace im::comet {

/// Nearly every push is asked about by nobody.
inline bool anybody_asks(std::span<const PushMessage> messages) {
  return std::ranges::any_of(messages, [](const PushMessage& message) { return message.fate != nullptr; });
}

inline void note_sent(const PushMessage& message, Sent sent) {
  if (message.fate == nullptr) return;
  switch (sent) {
    case Sent::kWritten:
    case Sent::kQueued:
      return message.fate->delivered();
    case Sent::kDropped:
      return message.fate->dropped();
    case Sent::kClosed:
      return message.fate->missed();
  }
}

inline void note_missed(std::span<const PushMessage> messages) {
  for (const PushMessage& message : messages) note_sent(message, Sent::kClosed);
}

}  // namespace im::comet
