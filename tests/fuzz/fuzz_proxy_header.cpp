#include <string>

#include "comet/edge/proxy_header.hpp"
#include "tests/fuzz/check.hpp"

namespace {

using im::comet::parse_proxy_header;
using im::comet::ProxyHeader;
using im::fuzz::check;
using Status = ProxyHeader::Status;

/// However the bytes arrive, the answer is the same: once said, it stands.
void check_pieces(std::string_view input, const ProxyHeader& all) {
  for (std::size_t size = 0; size <= input.size() && size <= ProxyHeader::kMax; ++size) {
    const ProxyHeader part = parse_proxy_header(input.substr(0, size));
    if (part.status == Status::kNeedMore) continue;
    check(part.status == all.status, "more bytes change no answer");
    check(part.size == all.size && part.client == all.client, "nor what it says");
    check(part.status == Status::kMalformed || part.size == size, "whole as soon as it is whole");
    return;
  }
  check(all.status == Status::kNeedMore, "an answer within the bound");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = im::fuzz::text_of(data, size);
  const ProxyHeader header = parse_proxy_header(input);
  switch (header.status) {
    case Status::kWhole:
      check(header.size > 0 && header.size <= input.size(), "no longer than what was received");
      check(header.size <= (input[0] == 'P' ? ProxyHeader::kMaxV1 : ProxyHeader::kMaxV2), "within its bound");
      break;
    case Status::kNeedMore:
      check(header.size == 0 && !header.client, "nothing said yet");
      check(input.size() < ProxyHeader::kMax, "does not wait beyond the bound");
      break;
    case Status::kMalformed:
      check(*header.fault != '\0' && !header.client, "says what is wrong");
      break;
  }
  check_pieces(input, header);
  return 0;
}
