#pragma once

#include <array>
#include <cstddef>

namespace im::log {

/// A line of a log made on the stack: what does not fit is cut off. No heap, no lock, no errors.
class LastLine {
 public:
  /// `before`, and the time as in every line.
  void time(const char* before) noexcept;
  /// As it is.
  void word(const char* text) noexcept;
  /// What is not plain ASCII, or would need an escape, is a question mark.
  void value(const char* text) noexcept;
  /// Once; an end within a value still ends the line.
  void write(int descriptor) noexcept;

 private:
  void add(char letter) noexcept;

  std::array<char, 1024> text_{};
  std::size_t size_ = 0;
};

/// An error line of the log of this process (log.hpp), for a process that has no memory left. Any thread, in a signal
/// handler too; after log::init().
void last_line(const char* event, const char* why) noexcept;

}  // namespace im::log
