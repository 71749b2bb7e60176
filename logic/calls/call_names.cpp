#include "logic/calls/call_names.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace im::logic {

namespace {

constexpr std::array<std::string_view, 4> kKinds = {"", "audio", "video", "screen"};
constexpr std::array<std::string_view, 5> kStates = {"", "ringing", "connecting", "active", "ended"};
constexpr std::array<std::string_view, 17> kReasons = {
    "",           "hangup",        "cancelled",    "rejected",  "busy",        "timeout",
    "ice_failed", "ice_timeout",   "media_denied", "peer_lost", "interrupted", "replaced",
    "kicked",     "ended_by_host", "max_duration", "error",     "no_media"};

template <class Names>
std::string_view at(const Names& names, std::uint32_t index) {
  return index < names.size() ? names[index] : std::string_view();
}

template <class Number>
Number read(std::string_view text, int base) {
  Number number = 0;
  const char* const end = text.data() + text.size();
  const auto [last, error] = std::from_chars(text.data(), end, number, base);
  return error == std::errc() && last == end ? number : 0;
}

}  // namespace

std::string call_id_text(std::uint64_t call) {
  std::string text = "c0000000000000000";
  for (std::size_t i = text.size() - 1; i > 0; --i, call >>= 4) text[i] = "0123456789abcdef"[call & 0xfU];
  return text;
}

std::uint64_t read_call_id(std::string_view text) {
  if (text.size() != 17 || text[0] != 'c') return 0;
  const auto call = read<std::uint64_t>(text.substr(1), 16);
  return call >> 63 == 0 ? call : 0;
}

std::string party_id_text(std::uint32_t party) { return "p" + std::to_string(party); }

std::uint32_t read_party_id(std::string_view text) {
  return text.size() < 2 || text[0] != 'p' ? 0 : read<std::uint32_t>(text.substr(1), 10);
}

std::string_view kind_text(std::uint32_t kind) { return at(kKinds, kind); }

std::uint32_t read_kind(std::string_view text) {
  const auto found = std::ranges::find(kKinds, text);
  return found == kKinds.end() ? 0 : static_cast<std::uint32_t>(found - kKinds.begin());
}

std::string_view state_text(std::uint32_t state) { return at(kStates, state); }
std::string_view reason_text(std::uint32_t reason) { return at(kReasons, reason); }

}  // namespace im::logic
