#pragma once

#include <cstddef>

namespace im::picture {

/// What a picture of an outsider may cost this process at most: memory, time, files, and of each of these so many
/// bytes. False: the system does not allow to set them, and nothing may be decoded.
bool limit_this_process(std::size_t file_bytes);

/// This process goes with the one that started it, also with one that was killed. False: it is gone already.
bool end_with_the_caller();

}  // namespace im::picture
