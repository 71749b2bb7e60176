#include "common/client/address.hpp"

#include <boost/url/encode.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>
#include <boost/url/url_view.hpp>

namespace im::client {

namespace {

Error wrong(std::string_view text, const char* expected) {
  return {Error::Code::kInvalid, "\"" + std::string(text) + "\" is not " + expected};
}

}  // namespace

Result<Url> parse_url(std::string_view text) {
  constexpr auto kExpected = "a URL like http://127.0.0.1:3111";
  const auto parsed = boost::urls::parse_uri(text);
  if (!parsed) return wrong(text, kExpected);
  const boost::urls::url_view& url = *parsed;
  const bool tls = url.scheme_id() == boost::urls::scheme::https;
  const bool web = tls || url.scheme_id() == boost::urls::scheme::http;
  const bool named = !url.host_address().empty() && (!url.has_port() || url.port_number() != 0);
  if (!web || !named || url.has_userinfo() || url.has_fragment()) return wrong(text, kExpected);
  const std::uint16_t port = url.has_port() ? url.port_number() : tls ? 443 : 80;
  return Url{{url.host_address(), port}, std::string(url.encoded_target()), tls};
}

std::string percent_encode(std::string_view text) { return boost::urls::encode(text, boost::urls::unreserved_chars); }

}  // namespace im::client
