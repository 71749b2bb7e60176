#pragma once

#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/json/object.hpp>

#include "common/base/result.hpp"
#include "common/client/http_client.hpp"

namespace im::imctl {

/// What a login gives (docs/accounts.md).
struct ChatTokens {
  std::int64_t uid = 0;
  std::string device;
  std::string token;
  std::string refresh;
  std::int64_t expires_in_s = 0;  ///< 0: the token is not ours to renew
};

/// A request on the public port of a logic. Throws UsageError for a URL that is none.
client::HttpCall account_call(const std::string& server, const std::string& command, const boost::json::object& fields);

/// The error's text is the server's; kDenied: it does not take what was shown; kConflict: the login is taken.
Result<ChatTokens> read_tokens(const Result<client::HttpAnswer>& answer, const std::string& server);

/// The uid in an answer to `contact.search`. kNotFound: nobody has this login.
Result<std::int64_t> found_user(const boost::json::object& answer, const std::string& login);
/// The same, over HTTP.
Result<std::int64_t> read_found_user(const Result<client::HttpAnswer>& answer, const std::string& server,
                                     const std::string& login);

}  // namespace im::imctl
