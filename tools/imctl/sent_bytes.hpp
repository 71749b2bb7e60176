#pragma once

#include <cstdint>
#include <string>

namespace im::imctl {

/// A file that is being sent. Somebody else may write it meanwhile. Blocking; what cannot be read throws Failure.

/// Of all its bytes, 64 hexadecimal digits.
std::string sha256_of(const std::string& path);

/// Its bytes from there on, as many as go with one request; none at `size`, which it had when its hash was taken.
/// Failure: it has become shorter. What it has got beyond `size` is not sent.
std::string next_part(const std::string& path, std::uint64_t from, std::uint64_t size);

}  // namespace im::imctl
