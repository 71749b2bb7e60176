#pragma once

#include <functional>
#include <string>
#include <utility>

#include "logic/chat/actor.hpp"
#include "logic/chat/standing.hpp"

namespace im::logic::chat {

/// What somebody wants to have kept where others read it.
struct TextCheck {
  Actor actor;
  ConvId conv;  ///< or `to`, or neither: a group that is not made yet
  Uid to;
  std::string type, body;
};

/// The one place where each text passes before it is kept: messages, edits, forwarded ones, lines of the lobby, names,
/// announcements and greetings (docs/hooks.md). Asked outside of the transaction. Any thread; blocks.
class TextGate {
 public:
  /// The text to keep. kDenied: none.
  using Ask = std::function<Result<std::string>(const TextCheck&)>;

  TextGate() = default;
  TextGate(const TextGate&) = delete;
  TextGate& operator=(const TextGate&) = delete;
  /// Before the doors open.
  void use(Ask ask) { ask_ = std::move(ask); }
  /// Somebody is asked.
  bool asks() const { return static_cast<bool>(ask_); }
  /// The text to keep, not longer than `most` bytes; an empty one passes unasked.
  Result<std::string> pass(const TextCheck& text, std::size_t most) const;
  /// Everything passes.
  static const TextGate& open();

 private:
  Ask ask_;
};

}  // namespace im::logic::chat
