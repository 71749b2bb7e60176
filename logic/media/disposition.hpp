#pragma once

#include <string>
#include <string_view>

namespace im::logic::media {

/// Content-Disposition (RFC 6266): inline or attachment, the name in ASCII for old clients and in UTF-8 for others.
/// Pure.
std::string disposition_of(bool shown_inline, std::string_view name);

}  // namespace im::logic::media
