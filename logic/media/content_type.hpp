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

/// A file name as outsiders may choose it: 1 to 180 bytes of UTF-8, one part of a path, no control signs and none that
/// turn the direction of the text around. "" = good, else why not. Pure.
std::string name_problem(std::string_view name);

}  // namespace im::logic::media
