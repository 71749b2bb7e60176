#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "common/client/http_client.hpp"
#include "tools/imctl/patience.hpp"

namespace im::imctl {

/// What logic says of media over HTTP. Pure.

/// Empty: the text is no object.
boost::json::object object_in(const std::string& text);
bool is_good(const boost::json::object& answer);
/// "too large (code 4413)"
std::string refusal_of(const client::HttpAnswer& answer);
/// What media.get says of the size of an address; nothing: it does not say it.
std::optional<std::uint64_t> announced_size(const boost::json::object& links, const std::string& variant);
/// "": there is none. `name` in lower case.
std::string header_of(const client::HttpAnswer& answer, std::string_view name);
/// Nothing: it is done, or refused. What is no refusal may be the file itself, whatever it says.
std::optional<Setback> setback_in(const Result<client::HttpAnswer>& answer);
/// The upload is at another byte than was thought, so that has to be asked.
std::optional<Setback> other_place_in(const Result<client::HttpAnswer>& answer);

}  // namespace im::imctl
