#pragma once

namespace CLI {
class App;
}

namespace im::imctl {

struct IdlePlan;

/// As many as the system allows.
void raise_descriptors();

/// The options that say who logs in.
void add_plan_options(CLI::App& command, IdlePlan& plan);

}  // namespace im::imctl
