#pragma once

#include <cstddef>
#include <optional>

#include <boost/json/object.hpp>

#include "im/calls.pb.h"
#include "logic/requests/fields.hpp"

namespace im::logic {

/// What parties send each other: relayed as it is, but only members that are known, and no more than fits.

constexpr std::size_t kMaxUfrag = 256;  ///< RFC 8839 section 5.4

/// call.sdp {to_party, pc, neg, description{type, sdp}, tracks}
std::optional<Failure> read_description(Fields& fields, const boost::json::object& object,
                                        im::calls::ApplyRequest& request);
/// call.ice {to_party, pc, neg, ufrag, candidates[..20], end}
std::optional<Failure> read_candidates(Fields& fields, const boost::json::object& object,
                                       im::calls::ApplyRequest& request);
/// call.media {state{mic, cam, screen, hold}, tracks}
std::optional<Failure> read_media(Fields& fields, const boost::json::object& object, im::calls::ApplyRequest& request);

}  // namespace im::logic
