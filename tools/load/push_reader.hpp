#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace im::load {

/// The body of a message of a load run: "flood <run> <stream> <number>" and, after a space, anything (padding).
struct Mark {
  std::uint32_t run = 0;
  std::uint32_t stream = 0;
  std::uint32_t number = 0;
};
std::string make_body(const Mark& mark, std::size_t size);
std::optional<Mark> parse_body(std::string_view body);

enum class Transport { kTcp, kWs };

/// From the bytes of one goim v2 connection to its packets: on WebSocket the upgrade answer and frames are taken off
/// and batches (op 9) opened. Keeps only what is incomplete.
class PushReader {
 public:
  struct Handler {
    std::function<void()> upgraded;
    std::function<void(std::int32_t op, std::string_view body)> packet;
  };

  explicit PushReader(Transport transport) : transport_(transport), upgrading_(transport == Transport::kWs) {}
  /// False: not what a server may send.
  bool feed(std::string_view bytes, const Handler& handler);

 private:
  bool consume(std::string_view& rest, const Handler& handler);
  bool consume_frames(std::string_view& rest, const Handler& handler);

  Transport transport_;
  bool upgrading_;
  std::string kept_;
};

}  // namespace im::load
