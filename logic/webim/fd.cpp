#include "logic/webim/fd.hpp"

#include <charconv>
#include <string_view>

#include <fmt/format.h>

namespace im::logic::webim {

namespace {

constexpr std::string_view kPoll = "fdfdfdfdfdfdfdfd";
constexpr std::size_t kPollDigits = 32;

std::optional<Uid> number_in(std::string_view text, int base) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (error != std::errc() || end != text.data() + text.size() || number <= 0) return std::nullopt;
  return Uid(number);
}

}  // namespace

std::string fd_of(Uid uid, bool poll) {
  return poll ? fmt::format("{}{:016x}", kPoll, uid.value()) : std::to_string(uid.value());
}

boost::json::value fd_json(const std::string& fd) {
  if (fd.size() == kPollDigits) return boost::json::value(fd);
  const auto uid = number_in(fd, 10);
  return uid ? boost::json::value(uid->value()) : boost::json::value(fd);
}

std::optional<Uid> uid_of(const boost::json::value& fd) {
  if (fd.is_int64()) return fd.get_int64() > 0 ? std::optional(Uid(fd.get_int64())) : std::nullopt;
  if (!fd.is_string()) return std::nullopt;
  const std::string_view text(fd.get_string().data(), fd.get_string().size());
  if (text.size() == kPollDigits && text.starts_with(kPoll)) return number_in(text.substr(kPoll.size()), 16);
  return number_in(text, 10);
}

}  // namespace im::logic::webim
