#pragma once

#include "logic/calls/call_asker.hpp"
#include "logic/requests/fields.hpp"
#include "logic/requests/request_router.hpp"

namespace im::logic {

/// Commands to a call that exists: call.ringing, accept, reject, cancel, hangup, sdp, ice, media, report, resume, look,
/// leave, transfer, screen, host, ice_servers (docs/calls.md).
void add_call_commands(RequestRouter& router, CallAsker& asker);

/// "caps": at most 64 texts.
void read_caps(Fields& fields, im::calls::ApplyRequest& request);
/// Members of `fields` with these names, as they stand within a JSON object.
std::string members_of(const boost::json::object& fields, std::initializer_list<std::string_view> names);

}  // namespace im::logic
