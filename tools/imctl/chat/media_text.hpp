#pragma once

#include <string>
#include <string_view>

namespace im::imctl {

/// A message of pictures, sound, video or files, for people: "cat.jpg, 48213 bytes, 1600x1200, "us"". Empty: it is none
/// of those, or its body is not as docs/media.md says. Printable. Pure.
std::string media_text(std::string_view type, const std::string& body);

/// The body of a message that a file was uploaded for. The server says name and size itself and drops these; they are
/// for the line that the sender sees at once. The size of a picture is not known yet: it is made anew.
std::string file_body(std::string_view type, const std::string& media, const std::string& path);

/// What a file is sent as, by the end of its name: the server looks at the bytes.
std::string_view media_type_of(std::string_view path);

}  // namespace im::imctl
