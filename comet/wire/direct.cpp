#include "comet/wire/direct.hpp"

namespace im::comet {

CommandBatch::CommandBatch(std::vector<DirectCommand> commands, Taken taken)
    : commands_(std::move(commands)), reached_(commands_.size()), taken_(std::move(taken)) {
  for (std::size_t i = 0; i < commands_.size(); ++i) {
    if (std::holds_alternative<std::monostate>(commands_[i])) cannot(i);
  }
}

CommandBatch::~CommandBatch() { taken_({reached_.begin(), reached_.end()}); }

}  // namespace im::comet
