#include "common/http/static_folder.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "common/http/file_body.hpp"
#include "common/http/text.hpp"

namespace im {

namespace http {

namespace {

bool alphanumeric(char c) { return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z') || c == '_'; }

constexpr std::array<std::pair<std::string_view, std::string_view>, 16> kTypes{
    {{"html", "text/html; charset=utf-8"},
     {"js", "text/javascript; charset=utf-8"},
     {"mjs", "text/javascript; charset=utf-8"},
     {"css", "text/css; charset=utf-8"},
     {"json", "application/json; charset=utf-8"},
     {"webmanifest", "application/manifest+json"},
     {"map", "application/json; charset=utf-8"},
     {"txt", "text/plain; charset=utf-8"},
     {"svg", "image/svg+xml"},
     {"png", "image/png"},
     {"jpg", "image/jpeg"},
     {"webp", "image/webp"},
     {"ico", "image/vnd.microsoft.icon"},
     {"woff2", "font/woff2"},
     {"wasm", "application/wasm"},
     {"mp3", "audio/mpeg"}}};

}  // namespace

bool is_safe_name(std::string_view name) {
  if (name.empty() || name.front() == '/' || name.size() > 1024) return false;
  const bool odd = std::any_of(name.begin(), name.end(),
                               [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '\\'; });
  if (odd) return false;
  while (!name.empty()) {
    const std::string_view part = name.substr(0, name.find('/'));
    if (part.empty() || part.front() == '.') return false;
    const bool more = part.size() < name.size();
    name.remove_prefix(std::min(part.size() + 1, name.size()));
    if (more && name.empty()) return false;
  }
  return true;
}

bool is_hashed_name(std::string_view name) {
  name = name.substr(name.find_last_of('/') + 1);
  const std::size_t dot = name.find_last_of('.');
  if (dot == std::string_view::npos) return false;
  const std::string_view stem = name.substr(0, dot);
  const std::size_t begin = stem.find_last_of("-.");
  if (begin == std::string_view::npos) return false;
  const std::string_view hash = stem.substr(begin + 1);
  return hash.size() >= 8 && std::all_of(hash.begin(), hash.end(), alphanumeric) &&
         hash.find_first_of("0123456789") != std::string_view::npos;
}

std::string media_type_of(std::string_view name) {
  const std::string ending = lower(name.substr(std::min(name.find_last_of('.') + 1, name.size())));
  const auto found = std::find_if(kTypes.begin(), kTypes.end(), [&](const auto& row) { return row.first == ending; });
  return std::string(found == kTypes.end() ? "application/octet-stream" : found->second);
}

}  // namespace http

namespace {

/// The smallest variant that the client takes; nothing when there is no such file at all.
Result<HttpContent> variant_of(const HttpRequest& request, const StaticFolder& folder, const std::string& name) {
  const std::string type = http::media_type_of(name);
  const std::string path = folder.root + "/" + name;
  for (const auto& [coding, ending] : {std::pair{"br", ".br"}, {"gzip", ".gz"}}) {
    if (!http::accepts_coding(request.header("accept-encoding"), coding)) continue;
    auto packed = file_content(path + ending, type, nullptr);
    if (!packed.ok()) continue;
    packed.value().headers.emplace_back("Content-Encoding", coding);
    return packed;
  }
  return file_content(path, type, nullptr);
}

HttpResponse not_found(const StaticFolder& folder) {
  return {.status = 404, .content_type = "text/plain", .body = "404 page not found", .headers = folder.headers};
}

}  // namespace

HttpHandler static_folder(StaticFolder folder) {
  return [folder = std::move(folder)](const HttpRequest& request, const HttpReply& reply) {
    std::string name(request.captures.empty() ? "" : request.captures.back().second);
    if (name.empty() || name.ends_with('/')) name += folder.index;
    if (!http::is_safe_name(name)) return reply(not_found(folder));
    auto content = variant_of(request, folder, name);
    if (!content.ok()) return reply(not_found(folder));
    HttpFields& headers = content.value().headers;
    headers.insert(headers.end(), folder.headers.begin(), folder.headers.end());
    headers.emplace_back("Vary", "Accept-Encoding");
    headers.emplace_back("X-Content-Type-Options", "nosniff");
    headers.emplace_back("Cache-Control",
                         http::is_hashed_name(name) ? "public, max-age=31536000, immutable" : "no-cache");
    reply(content_answer(request, content.value()));
  };
}

}  // namespace im
