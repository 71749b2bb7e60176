#include "comet/client/client_reader.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "comet/edge/proxy_header.hpp"
#include "common/base/utf8.hpp"
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
  const bool deflate = reading.inflater != nullptr;
  const std::size_t refused = reading.max_refused == 0 ? 0 : reading.max_refused + reading.dialect->envelope;
  return {reading.max_body + reading.dialect->envelope, kMaxFragments, reading.dialect->text, deflate, refused};
}

}  // namespace

ClientReader::ClientReader(Partial partial) : skip_(partial.skip) {
  if (partial.decoder) decoder_.emplace(std::move(*partial.decoder));
}

ClientReader::Partial ClientReader::partial() && {
  if (!decoder_ || decoder_->idle()) return {nullptr, skip_};
  return {std::make_unique<ws::Decoder>(std::move(*decoder_)), skip_};
}

std::optional<ClientReader::Event> ClientReader::too_large(std::string_view head, const Reading& reading) {
  const wire::Announced announced = wire::parse_header(head, reading.max_refused);
  if (announced.status != wire::ParseStatus::kPacket || announced.body <= reading.max_body) return std::nullopt;
  if (reading.dialect->row_of(announced.packet.op).failure == nullptr) return std::nullopt;
  return Event{.kind = Kind::kTooLarge, .packet = announced.packet, .size = announced.body};
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
    return fault_of(CloseReason::kBadUpgrade, "not a request that is accepted here");
  }
  const std::size_t whole = head + static_cast<std::size_t>(read.length);
  if (bytes.size() < whole) return {};
  data = data.subspan(whole);
  return {.kind = Kind::kHttp,
          .packet = {.version = 0, .op = 0, .seq = 0, .body = bytes.substr(head, whole - head)},
          .bytes = bytes.substr(0, head)};
}

ClientReader::Event ClientReader::packet(std::span<char>& data, const Reading& reading) {
  const std::size_t skipped = std::min(skip_, data.size());
  data = data.subspan(skipped);
  skip_ -= skipped;
  if (data.empty()) return {};
  const std::string_view bytes(data.data(), data.size());
  const wire::Parsed parsed = wire::parse_stream(bytes, reading.max_body);
  if (parsed.status == wire::ParseStatus::kNeedMore) return {};
  if (parsed.status == wire::ParseStatus::kTooLong) {
    if (auto refused = too_large(bytes, reading)) {
      data = data.subspan(wire::kHeaderSize);
      skip_ = refused->size;
      return *refused;
    }
  }
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
    case ws::Decoder::Kind::kTooLong:
      if (auto refused = too_large(event.payload, reading)) return *refused;
      break;
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
  if (frame.compressed) return compressed(frame.payload, frame.opcode == ws::Opcode::kText, reading);
  return parsed(frame.payload, reading);
}

/// The limit of a message is that of what it says: nothing larger is ever made of it.
ClientReader::Event ClientReader::compressed(std::string_view payload, bool text, const Reading& reading) {
  const auto fault = [](ws::CloseCode code, const char* why) {
    return Event{.kind = Kind::kFault, .code = code, .reason = CloseReason::kBadFrame, .why = why};
  };
  if (reading.inflater == nullptr) return fault(ws::CloseCode::kProtocolError, "compressed without an agreement");
  const auto outcome = reading.inflater->inflate(payload, reading.max_body + reading.dialect->envelope);
  if (outcome == ws::Inflater::Outcome::kTooBig) return fault(ws::CloseCode::kTooBig, "message too big");
  if (outcome == ws::Inflater::Outcome::kBad) return fault(ws::CloseCode::kInvalidPayload, "not compressed data");
  const std::string_view message = reading.inflater->text();
  if (text && reading.dialect->text && !valid_utf8(message))
    return fault(ws::CloseCode::kInvalidPayload, "text is not UTF-8");
  return parsed(message, reading);
}

ClientReader::Event ClientReader::parsed(std::string_view message, const Reading& reading) {
  const auto packet = reading.dialect->parse(message, reading.max_body);
  if (!packet) return fault_of(CloseReason::kBadPacket, "not a packet of this dialect");
  return {.kind = Kind::kPacket, .packet = *packet};
}

}  // namespace im::comet
