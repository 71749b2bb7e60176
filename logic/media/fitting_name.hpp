#pragma once

#include <string>
#include <string_view>

namespace im::logic::media {

/// The name to save bytes under: that of the sender, with an ending that is one of the type's. A picture is made anew,
/// so what was sent as "p.png" may be a JPEG: "p.jpg". An ending of another type goes, others stay ("v1.2.png"). Types
/// that say nothing of an ending (text, archives, unknown bytes) leave every name as it is. Pure.
std::string fitting_name(std::string name, std::string_view mime);

}  // namespace im::logic::media
