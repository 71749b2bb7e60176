#include "common/base/last_line.hpp"

#include <cstdio>
#include <ctime>
#include <unistd.h>

namespace im::log {

namespace {

constexpr std::size_t kLongestValue = 512;
constexpr long kPerMilli = 1'000'000;

}  // namespace

void LastLine::time(const char* before) noexcept {
  word(before);
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  std::tm parts{};
  ::gmtime_r(&now.tv_sec, &parts);
  std::array<char, 64> seconds{}, text{};
  std::strftime(seconds.data(), seconds.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  std::snprintf(text.data(), text.size(), "%.24s.%03ldZ", seconds.data(), now.tv_nsec / kPerMilli);
  word(text.data());
}

void LastLine::word(const char* text) noexcept {
  for (; *text != '\0'; ++text) add(*text);
}

void LastLine::value(const char* text) noexcept {
  for (std::size_t i = 0; text[i] != '\0' && i < kLongestValue; ++i) {
    const char c = text[i];
    add(c >= ' ' && c <= '~' && c != '"' && c != '\\' ? c : '?');
  }
}

void LastLine::write(int descriptor) noexcept {
  if (size_ == text_.size()) text_.back() = '\n';
  [[maybe_unused]] const ssize_t count = ::write(descriptor, text_.data(), size_);
}

void LastLine::add(char letter) noexcept {
  if (size_ < text_.size()) text_[size_++] = letter;
}

}  // namespace im::log
