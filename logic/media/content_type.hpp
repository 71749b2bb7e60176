#pragma once

#include <string>
#include <string_view>

namespace im::logic::media {

/// What bytes are, whatever their name and their sender say.
struct ContentType {
  std::string kind;  ///< "image", "voice", "video" or "file"
  std::string mime;
};
/// From the first few thousand bytes. Never a type that a browser runs or renders as a page. Pure.
ContentType content_type_of(std::string_view head);

}  // namespace im::logic::media
