#pragma once

namespace im::picture {

/// What a picture of an outsider may cost this process at most: memory, time, files. False: the system does not allow
/// to set them, and nothing may be decoded.
bool limit_this_process();

}  // namespace im::picture
