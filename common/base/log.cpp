#include "common/base/log.hpp"
namespace im::log { void init(const Options&) {} void set_level(Level) {} void write(Level, std::string_view, Fields) {} }
