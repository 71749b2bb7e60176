#pragma once

#include <optional>
#include <string>

#include "im/calls.pb.h"
#include "router/calls/call.hpp"
#include "router/calls/call_command.hpp"

namespace im::router {

CallCommand command_of(const im::calls::ApplyRequest& request);
CallDevice device_of(const im::calls::Device& device);
void fill(im::calls::Device& out, const CallDevice& device);
void fill(im::calls::Record& out, const CallRecord& record);
/// With the place its party is at now.
void fill(im::calls::Event& out, const CallEvent& event, const CallRecord& record);

/// What the store keeps of a call: its record, and the events that nobody has confirmed yet, so that the next owner
/// delivers them. Relayed SDP, candidates and media states are left out: their party finds a gap and resumes.
std::string encode(const Call& call);
/// With its open events not handed out. Nothing: not written by us, or by a newer version.
std::optional<Call> decode_call(const std::string& text);

}  // namespace im::router
