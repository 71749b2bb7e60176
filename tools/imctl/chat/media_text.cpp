#include "tools/imctl/chat/media_text.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <utility>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "common/chat_client/row.hpp"
#include "tools/imctl/output.hpp"

namespace im::imctl {

namespace {

namespace json = boost::json;
using chat_client::number_of;
using chat_client::text_of;

constexpr std::array<std::string_view, 4> kTypes{"image", "voice", "video", "file"};
constexpr std::array<std::pair<std::string_view, std::string_view>, 12> kEnds{{{".jpg", "image"},
                                                                               {".jpeg", "image"},
                                                                               {".png", "image"},
                                                                               {".gif", "image"},
                                                                               {".webp", "image"},
                                                                               {".ogg", "voice"},
                                                                               {".oga", "voice"},
                                                                               {".opus", "voice"},
                                                                               {".wav", "voice"},
                                                                               {".webm", "video"},
                                                                               {".mp4", "video"},
                                                                               {".m4v", "video"}}};

std::string seconds_text(std::int64_t ms) {
  return std::to_string(ms / 1000) + "." + std::to_string(ms % 1000 / 100) + " s";
}

}  // namespace

std::string media_text(std::string_view type, const std::string& body) {
  if (std::find(kTypes.begin(), kTypes.end(), type) == kTypes.end()) return {};
  json::error_code error;
  const json::value value = json::parse(body, error);
  if (error || !value.is_object()) return {};
  const json::object& media = value.get_object();
  if (text_of(media, "media").empty()) return {};
  std::string text = printable(text_of(media, "name"));
  if (number_of(media, "size") > 0) text += ", " + std::to_string(number_of(media, "size")) + " bytes";
  if (number_of(media, "width") > 0)
    text += ", " + std::to_string(number_of(media, "width")) + "x" + std::to_string(number_of(media, "height"));
  if (number_of(media, "duration_ms") > 0) text += ", " + seconds_text(number_of(media, "duration_ms"));
  const std::string caption = printable(text_of(media, "caption"));
  return caption.empty() ? text : text + ", \"" + caption + "\"";
}

std::string file_body(std::string_view type, const std::string& media, const std::string& path) {
  std::error_code gone;
  const auto size = std::filesystem::file_size(path, gone);
  json::object body{{"media", media}, {"name", std::filesystem::path(path).filename().string()}};
  if (!gone && type != "image") body["size"] = static_cast<std::int64_t>(size);
  return json::serialize(body);
}

std::string_view media_type_of(std::string_view path) {
  std::string end(path.substr(std::min(path.rfind('.'), path.size())));
  std::transform(end.begin(), end.end(), end.begin(), [](unsigned char c) { return std::tolower(c); });
  for (const auto& [name, type] : kEnds)
    if (name == end) return type;
  return "file";
}

}  // namespace im::imctl
