#include "comet/poll/poll_answers.hpp"

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

std::string Message::text() const { return binary ? base64(payload) : std::string(payload); }

std::vector<Message> messages_in(std::string_view frames) {
  std::vector<Message> messages;
  while (frames.size() >= 2) {
    const ws::ServerFrame one = ws::read_server_frame(frames);
    const std::string_view payload = frames.substr(one.header, one.size);
    const bool binary = one.opcode == ws::Opcode::kBinary;
    if (binary || one.opcode == ws::Opcode::kText) messages.push_back({payload, binary});
    frames.remove_prefix(one.header + one.size);
  }
  return messages;
}

}  // namespace im::comet::poll
