#pragma once

#include <string>

#include <boost/json/object.hpp>

#include "common/base/ids.hpp"
#include "im/calls.pb.h"

namespace im::logic {

/// How calls look to clients, in answers and in events (docs/calls.md). Pure.

/// An op 102.
std::string call_event_json(const im::calls::Event& event, const im::calls::Record& record);
/// What the call is now, to that user: of `resume`, of `look`, and of every answer after the end.
boost::json::object call_json(const im::calls::Record& record, Uid to);
std::int64_t talk_ms(const im::calls::Record& record);
/// "answered", "missed", "cancelled", "rejected", "busy", "failed".
std::string_view outcome_of(const im::calls::Record& record);

}  // namespace im::logic
