#pragma once

#include <array>
#include <functional>
#include <string>
#include <termios.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include "tools/imctl/chat/line_editor.hpp"

namespace im::imctl {

/// Where the lines of `imctl chat` come from and where its output goes: a terminal with a prompt that stays below, or
/// plain lines from a pipe or a file. On the context's thread.
class ChatInput {
 public:
  struct Told {
    std::function<void(const std::string& line)> line;
    std::function<void()> older;   ///< page up
    std::function<void()> typing;  ///< the line changed and holds a text
    std::function<void()> over;    ///< no more lines come
    std::function<std::string()> prompt;
  };
  /// `terminal`: stdin and stdout are one.
  ChatInput(boost::asio::io_context& context, bool terminal, Told told);
  ~ChatInput();
  ChatInput(const ChatInput&) = delete;
  ChatInput& operator=(const ChatInput&) = delete;

  void start();
  void stop();
  /// Whole lines, above the prompt.
  void print(const std::string& lines);
  /// The prompt changed.
  void draw();

 private:
  void read_more();
  void take(std::string_view bytes);
  void take_plain(std::string_view bytes);
  void take_keys(std::string_view bytes);

  bool terminal_;
  Told told_;
  boost::asio::posix::stream_descriptor stdin_;
  std::array<char, 4096> buffer_{};
  std::string line_;
  LineEditor editor_;
  termios before_{};
  bool raw_ = false, started_ = false, over_ = false;
};

}  // namespace im::imctl
