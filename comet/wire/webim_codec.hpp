#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "comet/wire/frame.hpp"
#include "comet/wire/push_frame.hpp"
#include "comet/wire/request.hpp"
#include "common/wire/packet.hpp"

/// The old chat page on the wire (docs/webim.md): one JSON object with a `cmd` for each text message. Its `login` is an
/// op 7, its other commands are op 100 with the object as their body. What it is to be told stands in the member
/// `webim` of an answer or of an event: an object, or an array of them, one message each. Pure.
namespace im::comet::webim {

// What the page may send and logic need not see. Ops of this file and its row: never on a wire.
inline constexpr std::int32_t kOpActive = -1;     ///< "there is somebody at the mouse": answered with nothing
inline constexpr std::int32_t kOpNoCommand = -2;  ///< not an object, or one without a `cmd`
inline constexpr std::int32_t kOpUnknown = -3;    ///< a `cmd` that nobody knows
inline constexpr std::int32_t kOpTooLong = -4;

inline constexpr std::string_view kNoCommand = R"({"webim":{"cmd":"error","code":101,"msg":"invalid command"}})";
inline constexpr std::string_view kLoginFirst = R"({"webim":{"cmd":"error","code":101,"msg":"log in first"}})";
inline constexpr std::string_view kLoggedIn =
    R"({"webim":{"cmd":"error","code":102,"msg":"this connection has logged in"}})";
inline constexpr std::string_view kUnknown = R"({"webim":{"cmd":"error","code":102,"msg":"command no support"}})";
inline constexpr std::string_view kTooLong = R"({"webim":{"cmd":"error","code":102,"msg":"message too long"}})";

/// Never nothing: the page is told what was wrong with its message.
std::optional<wire::Packet> parse(std::string_view message, std::size_t max_body);
/// Empty: the page is told nothing.
std::string reply(const wire::Packet& packet, Transport transport);
/// Events; a push of another op into the page's room is shown as a line of the system.
Frame push(std::span<const PushMessage> messages, bool room);
/// {"webim":{"cmd":"error","code":104,"msg":"..."}}: the codes of requests as those of the page.
std::string failure(const RequestFailure& failure);

}  // namespace im::comet::webim
