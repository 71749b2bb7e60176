#include "comet/poll/poll_answers.hpp"

#include <cstdint>

#include "common/base/base64.hpp"
#include "common/wire/json_text.hpp"
#include "common/ws/frame.hpp"

namespace im::comet::poll {

namespace {

const char* phrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 400:
      return "Bad Request";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 429:
      return "Too Many Requests";
    default:
      return "Service Unavailable";
  }
}

/// Where the payload begins, and its size.
struct Span {
  std::size_t begin, size;
};

Span payload_of(std::string_view frames) {
  const auto byte = [frames](std::size_t at) {
    return static_cast<std::uint64_t>(static_cast<unsigned char>(frames[at]));
  };
  const std::uint64_t size = byte(1);
  const std::size_t wide = size < 126 ? 0 : size == 126 ? 2 : 8;
  std::uint64_t whole = wide == 0 ? size : 0;
  for (std::size_t i = 0; i < wide; ++i) whole = whole << 8 | byte(2 + i);
  return {2 + wide, static_cast<std::size_t>(whole)};
}

}  // namespace

std::string connected(std::string_view session_id) {
  return R"({"success":1,"session_id":")" + std::string(session_id) + "\"}";
}

std::string with_data(std::string_view message) {
  std::string out = R"({"success":1,"data":)";
  wire::append_json_string(out, message);
  return out + "}";
}

std::string response(int status, std::string_view body, std::string_view origin) {
  std::string out = "HTTP/1.1 " + std::to_string(status) + " " + phrase(status) + "\r\n";
  out += "Content-Type: application/json\r\nCache-Control: no-store\r\n";
  if (!origin.empty()) out += "Access-Control-Allow-Origin: " + std::string(origin) + "\r\n";
  out += "Content-Length: " + std::to_string(body.size());
  out += status == 200 ? "\r\nConnection: keep-alive\r\n\r\n" : "\r\nConnection: close\r\n\r\n";
  out += body;
  return out;
}

std::string closed(const CloseInfo& why) {
  std::string out = R"({"success":0,"text":"closed","code":)" + std::to_string(why.wire_code) + R"(,"reason":)";
  wire::append_json_string(out, why.wire_reason);
  return out + "}";
}

std::vector<std::string> messages_in(std::string_view frames) {
  std::vector<std::string> messages;
  while (frames.size() >= 2) {
    const auto opcode = static_cast<ws::Opcode>(static_cast<unsigned char>(frames[0]) & 15);
    const Span span = payload_of(frames);
    const std::string_view payload = frames.substr(span.begin, span.size);
    if (opcode == ws::Opcode::kText) messages.emplace_back(payload);
    if (opcode == ws::Opcode::kBinary) messages.push_back(base64(payload));
    frames.remove_prefix(span.begin + span.size);
  }
  return messages;
}

}  // namespace im::comet::poll
