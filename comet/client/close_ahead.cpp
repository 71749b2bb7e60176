#include "comet/client/close_ahead.hpp"

#include <span>
#include <string>

namespace im::comet {

std::optional<ws::CloseCode> close_ahead(std::string_view bytes, const ws::DecoderLimits& limits) {
  std::string copy(bytes);
  std::span<char> rest(copy);
  ws::Decoder decoder(limits);
  while (!rest.empty()) {
    const ws::Decoder::Event event = decoder.next(rest);
    if (event.kind == ws::Decoder::Kind::kClose) return event.code;
    if (event.kind == ws::Decoder::Kind::kNeedMore || event.kind == ws::Decoder::Kind::kError) break;
  }
  return std::nullopt;
}

}  // namespace im::comet
