#pragma once

#include <optional>
#include <string>

#include "comet/wire/delivery.hpp"
#include "im/comet.pb.h"

namespace im::comet {

/// A serialized im.push.Content as a message; nullopt: it cannot be read, or says what this version does not know.
/// `self`: connections of other comets that are excepted are none of ours. Pure.
std::optional<PushMessage> read_content(const std::string& bytes, const CometInstance& self);
std::optional<PushDelivery> read_delivery(const Delivery& wire, const CometInstance& self);

}  // namespace im::comet
