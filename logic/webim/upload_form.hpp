#pragma once

#include <optional>
#include <string>
#include <string_view>

/// How old pages send a picture (docs/webim.md "Pictures"). Pure.
namespace im::logic::webim {

/// The bytes in a form's field `img`, a data URL with base64; nothing: there are none.
std::optional<std::string> picture_in_form(std::string_view form);
/// The bytes of the field `name` of a multipart/form-data body (RFC 7578) of this Content-Type; a slice of the body.
/// Nothing: no such field, or nothing in it.
std::optional<std::string_view> multipart_field(std::string_view body, std::string_view content_type,
                                                std::string_view name);

}  // namespace im::logic::webim
