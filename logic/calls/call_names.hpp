#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace im::logic {

/// How clients see ids and words of calls (docs/calls.md). Pure.

/// "c" and 16 hexadecimal digits, so that the order of the texts is the order of the ids.
std::string call_id_text(std::uint64_t call);
/// 0: it is none.
std::uint64_t read_call_id(std::string_view text);
/// "p1".
std::string party_id_text(std::uint32_t party);
std::uint32_t read_party_id(std::string_view text);

/// "audio", "video", "screen".
std::string_view kind_text(std::uint32_t kind);
/// 0: it is none.
std::uint32_t read_kind(std::string_view text);
std::string_view state_text(std::uint32_t state);
/// "hangup", "timeout", …; as router/calls/call_reason.hpp numbers them.
std::string_view reason_text(std::uint32_t reason);

}  // namespace im::logic
