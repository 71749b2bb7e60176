#include "logic/web/web_part.hpp"

#include <fstream>
#include <memory>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "common/http/static_folder.hpp"
#include "logic/web/page_nodes.hpp"

namespace im::logic {

namespace {

namespace json = boost::json;

constexpr std::size_t kMostFile = 64U * 1024;

/// Nothing: it cannot be read.
std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(kMostFile, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

HttpHandler redirect(const std::string& where) {
  return [where](const HttpRequest&, const HttpReply& reply) {
    reply({.status = 302, .content_type = "text/plain", .body = "", .headers = {{"Location", where}}});
  };
}

}  // namespace

HttpFields page_headers(const std::vector<std::string>& connect) {
  std::string sources = "'self'";
  for (const std::string& source : connect) sources += " " + source;
  return {{"Content-Security-Policy",
           "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' "
           "blob:; font-src 'self'; manifest-src 'self'; connect-src " +
               sources +
               "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"},
          {"Referrer-Policy", "no-referrer"},
          {"Cross-Origin-Opener-Policy", "same-origin"},
          {"Permissions-Policy", "camera=(self), microphone=(self), display-capture=(self), geolocation=()"}};
}

void WebPart::add_routes(const Ports& ports) {
  HttpRoute nodes;
  nodes.method = "GET";
  nodes.pattern = "/v1/nodes";
  nodes.cors = cors_;
  nodes.handler = [this](const HttpRequest&, const HttpReply& reply) { reply(this->nodes()); };
  ports.open.route(std::move(nodes));
  if (config_.folder.empty()) return;
  ports.open.route("GET", "/", redirect("/chat/"));
  ports.open.route("GET", "/chat", redirect("/chat/"));
  ports.open.route("GET", "/chat/{path...}",
                   [this](const HttpRequest& request, const HttpReply& reply) { page(request, reply); });
  ports.open.route("GET", "/call", redirect("/chat/call.html"));
}

std::vector<std::string> WebPart::addresses() const {
  if (config_.comets_file.empty()) return page_addresses(nodes_(), policy_);
  return addresses_in(text_of(config_.comets_file));
}

HttpFields WebPart::headers() const {
  return page_headers(config_.connect.empty() ? page_sources(addresses()) : config_.connect);
}

void WebPart::page(const HttpRequest& request, const HttpReply& reply) const {
  static_folder({.root = config_.folder + "/chat", .headers = headers()})(request, reply);
}

HttpResponse WebPart::nodes() const {
  const auto list = addresses();
  const json::object answer{
      {"ok", true}, {"nodes", json::array(list.begin(), list.end())}, {"heartbeat_s", policy_.heartbeat_s}};
  HttpResponse response;
  response.body = json::serialize(answer) + "\n";
  response.headers = {{"Cache-Control", "no-store"}, {"X-Content-Type-Options", "nosniff"}};
  return response;
}

}  // namespace im::logic
