#include "comet/client/client_reader.hpp"

#include <string>
#include <utility>

#include "comet/edge/proxy_header.hpp"
#include "common/http/request_guard.hpp"
#include "common/http/request_head.hpp"

namespace im::comet {

namespace {

constexpr std::size_t kMaxUpgradeHead = 8 * 1024;
constexpr std::size_t kMaxForm = 256 * 1024;  // a message of 64 KiB, most of its bytes escaped
constexpr std::size_t kMaxFragments = 101;
constexpr std::size_t kMaxEcho = 64 * 1024;
constexpr std::size_t kMaxEchoFragments = std::size_t{1} << 20;

ClientReader::Event fault_of(CloseReason reason, const char* why) {
  return {.kind = ClientReader::Kind::kFault, .reason = reason, .why = why};
}

ws::DecoderLimits limits_of(const Reading& reading) {
  if (reading.transport == Transport::kEcho) return {kMaxEcho, kMaxEchoFragments, true};
  return {reading.max_body + reading.dialect->envelope, kMaxFragments, reading.dialect->text};
}

}  // namespace

ClientReader::ClientReader(std::unique_ptr<ws::Decoder> partial) {
  if (partial) decoder_.emplace(std::move(*partial));
}

std::unique_ptr<ws::Decoder> ClientReader::partial() && {
  if (!decoder_ || decoder_->idle()) return nullptr;
  return std::make_unique<ws::Decoder>(std::move(*decoder_));
}

std::optional<ws::CloseCode> ClientReader::close_ahead(std::string_view bytes, const Reading& reading) {
  if (reading.transport == Transport::kTcp) return std::nullopt;
  std::string copy(bytes);
  std::span<char> rest(copy);
  ws::Decoder decoder(limits_of(reading));
  while (!rest.empty()) {
    const ws::Decoder::Event event = decoder.next(rest);
    if (event.kind == ws::Decoder::Kind::kClose) return event.code;
    if (event.kind == ws::Decoder::Kind::kNeedMore || event.kind == ws::Decoder::Kind::kError) break;
  }
  return std::nullopt;
}

ClientReader::Event ClientReader::next(std::span<char>& data, const Reading& reading) {
  if (data.empty()) return {};
  if (reading.phase == Phase::kProxy) return proxy_header(data);
  if (reading.phase == Phase::kUpgrade) return upgrade_head(data, reading);
  return reading.transport == Transport::kTcp ? packet(data, reading) : frame(data, reading);
}

ClientReader::Event ClientReader::proxy_header(std::span<char>& data) {
  const ProxyHeader header = parse_proxy_header({data.data(), data.size()});
  if (header.status == ProxyHeader::Status::kNeedMore) return {};
  if (header.status == ProxyHeader::Status::kMalformed) return fault_of(CloseReason::kBadProxyHeader, header.fault);
  data = data.subspan(header.size);
  return {.kind = Kind::kProxy, .client = header.client};
}

namespace {
bool is_poll(std::string_view head, const Reading& reading) {
  if (reading.dialect == nullptr || reading.transport != Transport::kWebSocket) return false;
  return !reading.dialect->polls.empty() && head.starts_with(reading.dialect->polls);
}
}  // namespace

ClientReader::Event ClientReader::upgrade_head(std::span<char>& data, const Reading& reading) {
  const std::string_view bytes(data.data(), data.size());
  const std::size_t end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) {
    if (bytes.size() <= kMaxUpgradeHead) return {};
    data = {};
    return fault_of(CloseReason::kBadUpgrade, "request head too long");
  }
  const std::size_t size = end + 4;
  if (size > kMaxUpgradeHead) {
    data = {};
    return fault_of(CloseReason::kBadUpgrade, "request head too long");
  }
  if (is_poll(bytes, reading)) return http_request(data, size);
  const bool early = size != bytes.size();
  data = data.subspan(size);
  return {.kind = Kind::kUpgrade, .bytes = bytes.substr(0, size), .early = early};
}

ClientReader::Event ClientReader::http_request(std::span<char>& data, std::size_t head) {
  const std::string_view bytes(data.data(), data.size());
  const bool good = http::check_head(bytes.substr(0, head)) == http::HeadFault::kNone;
  const http::RequestHead read = good ? http::read_head(bytes.substr(0, head)) : http::RequestHead();
  if (!good || read.chunked || read.length > kMaxForm) {
    data = {};
    return fault_of(CloseReason::kBadUpgrade, "not a request that is taken here");
  }
  const std::size_t whole = head + static_cast<std::size_t>(read.length);
  if (bytes.size() < whole) return {};
  data = data.subspan(whole);
  return {.kind = Kind::kHttp,
          .packet = {.version = 0, .op = 0, .seq = 0, .body = bytes.substr(head, whole - head)},
          .bytes = bytes.substr(0, head)};
}

ClientReader::Event ClientReader::packet(std::span<char>& data, const Reading& reading) {
  const wire::Parsed parsed = wire::parse_stream({data.data(), data.size()}, reading.max_body);
  if (parsed.status == wire::ParseStatus::kNeedMore) return {};
  if (parsed.status != wire::ParseStatus::kPacket) return fault_of(CloseReason::kBadPacket, to_string(parsed.status));
  data = data.subspan(parsed.consumed);
  return {.kind = Kind::kPacket, .packet = parsed.packet};
}

ClientReader::Event ClientReader::frame(std::span<char>& data, const Reading& reading) {
  // A message that began under another limit ends under it; the next one gets the limit of its time.
  if (!decoder_ || decoder_->idle()) decoder_.emplace(limits_of(reading));
  const ws::Decoder::Event event = decoder_->next(data);
  switch (event.kind) {
    case ws::Decoder::Kind::kNeedMore:
      return {};
    case ws::Decoder::Kind::kMessage:
      return message(event, reading);
    case ws::Decoder::Kind::kPing:
      return {.kind = Kind::kPing, .bytes = event.payload};
    case ws::Decoder::Kind::kPong:
      return {.kind = Kind::kPong};
    case ws::Decoder::Kind::kClose:
      return {.kind = Kind::kClose, .code = event.code};
    case ws::Decoder::Kind::kError:
      break;
  }
  return {.kind = Kind::kFault, .code = event.code, .reason = CloseReason::kBadFrame, .why = event.reason};
}

ClientReader::Event ClientReader::message(const ws::Decoder::Event& frame, const Reading& reading) {
  if (reading.transport == Transport::kEcho)
    return {.kind = Kind::kEcho, .bytes = frame.payload, .opcode = frame.opcode};
  const auto packet = reading.dialect->parse(frame.payload, reading.max_body);
  if (!packet) return fault_of(CloseReason::kBadPacket, "not a packet of this dialect");
  return {.kind = Kind::kPacket, .packet = *packet};
}

}  // namespace im::comet
