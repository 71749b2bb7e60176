#include "common/http/serialize.hpp"

#include <boost/beast/http/status.hpp>

namespace im::http {

namespace {

/// Nobody's value may end a line of ours.
void add_line(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  out += ": ";
  for (const char c : value) out += c == '\r' || c == '\n' || c == '\0' ? ' ' : c;
  out += "\r\n";
}

}  // namespace

bool never_has_body(int status) { return status == 204 || status == 304; }

std::string_view phrase_of(int status) {
  const auto phrase = boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(status));
  return {phrase.data(), phrase.size()};
}

std::string serialize(const HttpResponse& response, const HttpFields& extra, const Framing& framing) {
  std::string out = "HTTP/1.1 " + std::to_string(response.status) + " ";
  out += phrase_of(response.status);
  out += "\r\n";
  const bool bodiless = never_has_body(response.status);
  const auto size = response.source != nullptr ? response.source->size() : response.body.size();
  if (!bodiless) {
    add_line(out, "Content-Type", response.content_type);
    if (size) add_line(out, "Content-Length", std::to_string(*size));
    if (!size && !framing.http10) add_line(out, "Transfer-Encoding", "chunked");
  }
  for (const auto* fields : {&response.headers, &extra}) {
    for (const auto& [name, value] : *fields) add_line(out, name, value);
  }
  if (framing.close) add_line(out, "Connection", "close");
  if (!framing.close && framing.http10) add_line(out, "Connection", "keep-alive");
  out += "\r\n";
  if (!bodiless && !framing.head_only && response.source == nullptr) out += response.body;
  return out;
}

}  // namespace im::http
