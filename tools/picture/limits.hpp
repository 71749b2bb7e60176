#pragma once

namespace im::picture {

/// What a picture of an outsider may cost this process at most: memory, time, files. False: the system does not allow
/// to set them, and nothing may be decoded.
bool limit_this_process();

/// This process goes with the one that started it, also with one that was killed. False: it is gone already.
bool end_with_the_caller();

}  // namespace im::picture
