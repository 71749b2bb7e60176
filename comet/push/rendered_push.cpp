#include "comet/push/rendered_push.hpp"

namespace im::comet {

RenderedPush::OfDialect& RenderedPush::of(const Dialect& dialect) {
  for (OfDialect& one : rendered_) {
    if (one.dialect == &dialect) return one;
  }
  return rendered_.emplace_back(OfDialect{&dialect, {}, {}});
}

const Frame& RenderedPush::all(const Dialect& dialect) {
  Frame& frame = of(dialect).all;
  if (!frame) frame = dialect.push(messages_, room_);
  return frame;
}

const Frame& RenderedPush::single(const Dialect& dialect, std::size_t index) {
  if (messages_.size() == 1) return all(dialect);
  std::vector<Frame>& singles = of(dialect).singles;
  if (singles.empty()) singles.resize(messages_.size());
  Frame& frame = singles[index];
  if (!frame) frame = dialect.push(messages_.subspan(index, 1), room_);
  return frame;
}

}  // namespace im::comet
