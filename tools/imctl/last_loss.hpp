#pragma once

#include <string>

#include "common/client/client.hpp"

namespace im::imctl {

/// Losses of one kind in a row that are believed.
constexpr int kTries = 3;

/// Why a client is not to connect again after this loss; "" when it may. `whose` names what another client may use,
/// "key phone"; empty: nobody else can, since each login gets a key of its own. Pure.
std::string last_loss(const client::Status& status, const std::string& whose);

}  // namespace im::imctl
