#include "comet/push/rendered_push.hpp"

namespace im::comet {

RenderedPush::InWords& RenderedPush::in(Words words) {
  for (InWords& one : rendered_) {
    if (one.words == words) return one;
  }
  return rendered_.emplace_back(InWords{words, {}, {}});
}

Frame RenderedPush::make(Words words, std::span<const PushMessage> messages) {
  Frame plain = words.dialect->push(messages, room_);
  if (!words.deflated) return plain;
  return Frame(ws::deflate_frames(*deflater_, plain.bytes(Transport::kWebSocket)));
}

const Frame& RenderedPush::all(Words words) {
  Frame& frame = in(words).all;
  if (!frame) frame = make(words, messages_);
  return frame;
}

const Frame& RenderedPush::single(Words words, std::size_t index) {
  if (messages_.size() == 1) return all(words);
  std::vector<Frame>& singles = in(words).singles;
  if (singles.empty()) singles.resize(messages_.size());
  Frame& frame = singles[index];
  if (!frame) frame = make(words, messages_.subspan(index, 1));
  return frame;
}

}  // namespace im::comet
