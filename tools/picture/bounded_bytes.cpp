#include "tools/picture/bounded_bytes.hpp"

#include <utility>

namespace im::picture {

BoundedBytes::BoundedBytes(std::size_t most) : most_(most) {
  door_.data = this;
  door_.putBuf = &BoundedBytes::put;
  door_.putC = &BoundedBytes::put_one;
}

int BoundedBytes::put(gdIOCtx* context, const void* from, int count) {
  BoundedBytes& self = *static_cast<BoundedBytes*>(context->data);
  const auto more = static_cast<std::size_t>(count);
  self.is_over_ = self.is_over_ || more > self.most_ - self.bytes_.size();
  if (self.is_over_) return 0;
  self.bytes_.append(static_cast<const char*>(from), more);
  return count;
}

void BoundedBytes::put_one(gdIOCtx* context, int byte) {
  const char one = static_cast<char>(byte);
  put(context, &one, 1);
}

std::optional<std::string> BoundedBytes::take() {
  if (is_over_ || bytes_.empty()) return std::nullopt;
  return std::move(bytes_);
}

}  // namespace im::picture
