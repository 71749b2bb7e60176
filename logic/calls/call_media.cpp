#include "logic/calls/call_media.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <string_view>

#include <boost/json/array.hpp>

#include "logic/calls/call_commands.hpp"
#include "logic/calls/call_names.hpp"

namespace im::logic {

namespace {

namespace json = boost::json;

constexpr std::size_t kMaxSdp = 60U << 10;
constexpr std::size_t kMaxPayload = 63U << 10;
constexpr std::size_t kMaxMedia = 4096;
constexpr std::size_t kMaxCandidates = 20;
constexpr std::size_t kMaxCandidate = 1024;

Failure too_large(const char* what) { return {Code::kTooLarge, what, {}, {}}; }

void read_target(Fields& fields, im::calls::ApplyRequest& request) {
  request.set_to_party(read_party_id(fields.text("to_party", 64)));
  if (!fields.failure() && request.to_party() == 0) fields.refuse("to_party", "\"pN\"");
  request.set_neg(static_cast<std::uint32_t>(fields.number_or("neg", 0, std::numeric_limits<std::uint32_t>::max(), 0)));
  const std::string pc = fields.text_or("pc", 16, "p2p");
  if (pc != "p2p" && pc != "pub" && pc != "sub") fields.refuse("pc", "p2p, pub or sub");
}

/// Of its first line that has one; empty: none.
std::string ufrag_of(std::string_view sdp) {
  constexpr std::string_view kLine = "a=ice-ufrag:";
  auto at = sdp.find(kLine);
  while (at != std::string_view::npos && at > 0 && sdp[at - 1] != '\n') at = sdp.find(kLine, at + 1);
  if (at == std::string_view::npos) return {};
  sdp.remove_prefix(at + kLine.size());
  return std::string(sdp.substr(0, std::min(sdp.find_first_of("\r\n"), kMaxUfrag)));
}

}  // namespace

std::optional<Failure> read_description(Fields& fields, const json::object& object, im::calls::ApplyRequest& request) {
  read_target(fields, request);
  const json::object description = fields.object("description");
  Fields inner(description);
  const std::string type = inner.text("type", 16);
  const std::string sdp = type == "rollback" ? "" : inner.raw_text("sdp", 1U << 20);
  if (inner.failure()) fields.refuse("description", "{\"type\":…,\"sdp\":…}");
  if (sdp.size() > kMaxSdp) return too_large("the description is too large");
  request.set_word(type);
  request.set_ufrag(ufrag_of(sdp));
  request.set_payload(members_of(object, {"pc", "neg", "description", "tracks"}));
  if (request.payload().size() > kMaxPayload) return too_large("the description is too large");
  return std::nullopt;
}

std::optional<Failure> read_candidates(Fields& fields, const json::object& object, im::calls::ApplyRequest& request) {
  read_target(fields, request);
  fields.text_or("ufrag", kMaxUfrag, "");
  fields.flag_or("end", false);
  const json::value* candidates = object.if_contains("candidates");
  if (candidates != nullptr && !candidates->is_array()) fields.refuse("candidates", "an array");
  if (candidates != nullptr && candidates->is_array()) {
    const json::array& list = candidates->get_array();
    if (list.size() > kMaxCandidates) return too_large("at most 20 candidates at once");
    request.set_candidates(static_cast<std::uint32_t>(list.size()));
  }
  request.set_payload(members_of(object, {"pc", "neg", "ufrag", "candidates", "end"}));
  if (request.payload().size() > kMaxCandidates * kMaxCandidate) return too_large("the candidates are too large");
  return std::nullopt;
}

std::optional<Failure> read_media(Fields& fields, const json::object& object, im::calls::ApplyRequest& request) {
  fields.object("state");
  request.set_payload(members_of(object, {"state", "tracks"}));
  if (request.payload().size() > kMaxMedia) return too_large("\"state\" and \"tracks\" are too large");
  return std::nullopt;
}

}  // namespace im::logic
