#include "tools/imctl/chat/chat_input.hpp"

#include <iostream>
#include <sys/ioctl.h>
#include <unistd.h>
#include <utility>

namespace im::imctl {

namespace {

constexpr std::size_t kLongestLine = 65536;

std::size_t columns() {
  winsize size{};
  return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

}  // namespace

ChatInput::ChatInput(boost::asio::io_context& context, bool terminal, Told told)
    : terminal_(terminal), told_(std::move(told)), stdin_(context) {}

ChatInput::~ChatInput() { stop(); }

void ChatInput::start() {
  if (terminal_ && ::tcgetattr(STDIN_FILENO, &before_) == 0) {
    termios raw = before_;
    raw.c_lflag &= ~static_cast<tcflag_t>(ECHO | ICANON | ISIG | IEXTEN);
    raw.c_iflag &= ~static_cast<tcflag_t>(ICRNL | IXON);
    raw_ = ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &raw) == 0;
  }
  started_ = true;
  draw();
  boost::system::error_code no_poll;
  stdin_.assign(::dup(STDIN_FILENO), no_poll);
  if (!no_poll) return read_more();
  // A file cannot be waited for; it is there as a whole.
  while (!over_) {
    const ssize_t size = ::read(STDIN_FILENO, buffer_.data(), buffer_.size());
    if (size <= 0) break;
    take({buffer_.data(), static_cast<std::size_t>(size)});
  }
  if (!over_) told_.over();
}

void ChatInput::stop() {
  over_ = true;
  boost::system::error_code ignored;
  stdin_.close(ignored);
  if (!raw_) return;
  raw_ = false;
  std::cout << "\r\x1b[K" << std::flush;
  ::tcsetattr(STDIN_FILENO, TCSADRAIN, &before_);
}

void ChatInput::read_more() {
  stdin_.async_read_some(boost::asio::buffer(buffer_),
                         [this](const boost::system::error_code& error, std::size_t size) {
                           if (over_) return;
                           if (error) {
                             if (!line_.empty()) told_.line(std::exchange(line_, {}));
                             if (!over_) told_.over();
                             return;
                           }
                           take({buffer_.data(), size});
                           if (!over_) read_more();
                         });
}

void ChatInput::take(std::string_view bytes) { terminal_ ? take_keys(bytes) : take_plain(bytes); }

void ChatInput::take_plain(std::string_view bytes) {
  for (const char c : bytes) {
    if (over_) return;
    if (c == '\n') {
      told_.line(std::exchange(line_, {}));
    } else if (line_.size() < kLongestLine) {
      line_ += c;
    }
  }
}

void ChatInput::take_keys(std::string_view bytes) {
  for (const LineEditor::Event& event : editor_.feed(bytes)) {
    if (over_) return;
    if (event.key == LineEditor::Key::kEnd) return told_.over();
    if (event.key == LineEditor::Key::kOlder) told_.older();
    if (event.key == LineEditor::Key::kLine) told_.line(event.line);
    if (event.key == LineEditor::Key::kChanged && !editor_.text().empty() && editor_.text()[0] != '/') told_.typing();
  }
  draw();
}

void ChatInput::print(const std::string& lines) {
  if (raw_) std::cout << "\r\x1b[K";
  std::cout << lines << "\n";
  draw();
  std::cout << std::flush;
}

void ChatInput::draw() {
  if (!raw_ || !started_ || over_) return;
  std::cout << editor_.drawn(told_.prompt(), columns()) << std::flush;
}

}  // namespace im::imctl
