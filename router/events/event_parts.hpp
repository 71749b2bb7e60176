#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/base/ids.hpp"
#include "im/events.pb.h"
#include "router/sessions/session.hpp"
#include "router/slots/slot_event.hpp"

namespace im::router {

/// The live sessions of a user, as they are now.
using SessionsOf = std::function<std::vector<SessionRow>(Uid)>;
/// A call as im.calls.CallTold; empty: it is gone.
using CallOf = std::function<std::string(std::int64_t)>;

/// A batch as messages of about `max_bytes` at most; the last one says that it is. At least one message.
std::vector<im::events::EventPart> parts_of(std::uint64_t batch, const std::vector<SlotEvent>& events,
                                            const SessionsOf& sessions_of, std::size_t max_bytes,
                                            const CallOf& call_of = {});

}  // namespace im::router
