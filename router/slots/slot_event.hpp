#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace im::router {

enum class EventKind : std::uint8_t {
  kBegan,  ///< of the slot itself: all its subjects are told anew
  kUser,   ///< a user's sessions changed
  kKnown,  ///< of the slot itself: every subject has been told since kBegan
  kCall,   ///< a call changed by itself, or what it has to say did not arrive
};

/// What an event is about. Its state is read when it is told, so one mark stands for any number of changes.
struct Subject {
  EventKind kind = EventKind::kUser;
  std::int64_t id = 0;  ///< uid, or the call; 0 for the slot itself
  friend constexpr auto operator<=>(const Subject&, const Subject&) = default;
};

struct SlotEvent {
  std::size_t slot = 0;
  std::uint64_t epoch = 0;   ///< of the slot's ownership
  std::uint64_t number = 0;  ///< grows within (slot, epoch)
  Subject subject;
};

/// Hears of changed subjects. Any thread; never blocks; may be called under the guard of the slot that changed.
class ChangeListener {
 public:
  virtual ~ChangeListener() = default;
  virtual void changed(std::size_t slot, Subject subject) = 0;
};

}  // namespace im::router

template <>
struct std::hash<im::router::Subject> {
  std::size_t operator()(const im::router::Subject& subject) const noexcept {
    return std::hash<std::int64_t>{}(subject.id) * 4 + static_cast<std::size_t>(subject.kind);
  }
};
