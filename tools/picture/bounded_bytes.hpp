#pragma once

#include <cstddef>
#include <gd.h>
#include <optional>
#include <string>

#include "tools/picture/coding.hpp"

namespace im::picture {

/// Takes what an encoder of libgd writes, and no more than so many bytes: then the encoder is told that writing
/// failed, and ends.
class BoundedBytes {
 public:
  explicit BoundedBytes(std::size_t most);
  BoundedBytes(const BoundedBytes&) = delete;
  BoundedBytes& operator=(const BoundedBytes&) = delete;
  gdIOCtx* door() { return &door_; }
  /// A file of this format. Nothing: there were more, or it does not come to its end. libgd does not say when an
  /// encoder ended half way, for want of memory.
  std::optional<std::string> take(Coding::Format format);

 private:
  static int put(gdIOCtx* context, const void* from, int count);
  static void put_one(gdIOCtx* context, int byte);

  const std::size_t most_;
  std::string bytes_;
  bool is_over_ = false;
  gdIOCtx door_{};  ///< what libgd is given
};

}  // namespace im::picture
