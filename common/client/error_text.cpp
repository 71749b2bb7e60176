#include "common/client/error_text.hpp"

#include <cctype>

#include <boost/asio/error.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/websocket/error.hpp>

namespace im::client {

std::string error_text(const boost::system::error_code& error) {
  namespace asio = boost::asio;
  namespace beast = boost::beast;
  if (error == beast::error::timeout) return "no answer in time";
  if (error == asio::error::eof || error == beast::http::error::end_of_stream) return "closed by the other side";
  if (error == beast::http::error::partial_message) return "closed before the answer was complete";
  if (error == beast::websocket::error::upgrade_declined) return "no WebSocket there (the upgrade was declined)";
  std::string text = error.message();
  if (text.size() > 1 && std::islower(static_cast<unsigned char>(text[1])) != 0)
    text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  return text;
}

}  // namespace im::client
