#include "comet/push/rendered_push.hpp"

namespace im::comet {

const Frame& RenderedPush::all(Dialect dialect) {
  Frame& frame = all_[static_cast<std::size_t>(dialect)];
  if (!frame) frame = codec_of(dialect).push(messages_, room_);
  return frame;
}

const Frame& RenderedPush::single(Dialect dialect, std::size_t index) {
  if (messages_.size() == 1) return all(dialect);
  if (singles_.empty()) singles_.resize(messages_.size());
  Frame& frame = singles_[index][static_cast<std::size_t>(dialect)];
  if (!frame) frame = codec_of(dialect).push(messages_.subspan(index, 1), room_);
  return frame;
}

}  // namespace im::comet
