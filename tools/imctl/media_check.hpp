#pragma once

#include "tools/imctl/commands.hpp"

namespace CLI {
class App;
}

namespace im::imctl {

/// `imctl media check` and `gc`, below `imctl media`.
void add_media_check(CLI::App& media, Globals& globals);

}  // namespace im::imctl
