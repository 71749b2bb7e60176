#pragma once

#include <vector>

#include "comet/wire/direct.hpp"
#include "im/comet.pb.h"

namespace im::comet {

/// The commands of a batch, one for each entry; nothing stands for one that cannot be read or that this version does
/// not know. Pure.
std::vector<DirectCommand> read_commands(const DirectBatch& batch, const CometInstance& self);

}  // namespace im::comet
