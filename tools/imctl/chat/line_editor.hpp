#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace im::imctl {

/// A line that is typed at a terminal in raw mode: bytes of the keyboard in, what they mean out. Pure.
class LineEditor {
 public:
  enum class Key : std::uint8_t { kChanged, kLine, kOlder, kEnd };
  struct Event {
    Key key = Key::kChanged;
    std::string line{};  ///< kLine
  };
  /// kEnd: Ctrl-C, or Ctrl-D in an empty line. kOlder: page up.
  std::vector<Event> feed(std::string_view bytes);

  /// The prompt and the line, as much of it as fits in `columns`, with the cursor where it is: what is written to the
  /// terminal instead of the line that stands there.
  std::string drawn(const std::string& prompt, std::size_t columns) const;

  std::string text() const;

 private:
  void key(std::string_view character, std::vector<Event>& out);
  void control(char byte, std::vector<Event>& out);
  void sequence(std::string_view name, std::vector<Event>& out);
  void enter(std::vector<Event>& out);
  void recall(int step);
  void put(std::string_view text);

  std::string waiting_;            ///< the beginning of a character or of an escape sequence
  std::vector<std::string> line_;  ///< one element a character
  std::size_t at_ = 0;
  std::vector<std::string> typed_;  ///< lines before
  std::size_t shown_ = 0;           ///< which of them; typed_.size(): the new one
};

}  // namespace im::imctl
