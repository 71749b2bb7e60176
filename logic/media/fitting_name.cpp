#include "logic/media/fitting_name.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace im::logic::media {

namespace {

/// The first ending of a type is the one that is given.
constexpr auto kEndings = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"image/jpeg", ".jpg"}, {"image/jpeg", ".jpeg"}, {"image/jpeg", ".jpe"},  {"image/jpeg", ".jfif"},
    {"image/png", ".png"},  {"image/gif", ".gif"},   {"image/webp", ".webp"}, {"audio/ogg", ".ogg"},
    {"audio/ogg", ".oga"},  {"audio/ogg", ".opus"},  {"audio/webm", ".webm"}, {"audio/webm", ".weba"},
    {"audio/mp4", ".m4a"},  {"audio/mp4", ".mp4"},   {"audio/flac", ".flac"}, {"audio/mpeg", ".mp3"},
    {"audio/wav", ".wav"},  {"video/ogg", ".ogv"},   {"video/ogg", ".ogg"},   {"video/webm", ".webm"},
    {"video/webm", ".mkv"}, {"video/mp4", ".mp4"},   {"video/mp4", ".m4v"},   {"video/mp4", ".mov"},
    {"video/mp4", ".3gp"},
});

std::string ending_of(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return "";
  std::string ending(name.substr(dot));
  std::ranges::transform(ending, ending.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return ending;
}

}  // namespace

std::string fitting_name(std::string name, std::string_view mime) {
  const auto given = std::ranges::find(kEndings, mime, [](const auto& row) { return row.first; });
  const std::string ending = ending_of(name);
  if (name.empty() || given == kEndings.end() ||
      std::ranges::count(kEndings, std::pair(mime, std::string_view(ending))))
    return name;
  const auto other = std::ranges::find(kEndings, ending, [](const auto& row) { return row.second; });
  if (other != kEndings.end()) name.resize(name.size() - ending.size());
  return name.append(given->second);
}

}  // namespace im::logic::media
