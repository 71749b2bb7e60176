#include "comet/push/once_names.hpp"

#include <utility>

namespace im::comet {

/// Two halves: when the younger one is full or old enough, the older one is forgotten and they change places.
bool OnceNames::first(std::string_view room, std::string_view name, TimePoint now) {
  std::string key(room);
  key += '\0';
  key += name;
  if (young_.size() >= options_.most || now >= begun_ + options_.keep) {
    const bool both = now >= begun_ + 2 * options_.keep;
    old_ = both ? std::unordered_set<std::string>() : std::move(young_);
    young_ = {};
    begun_ = now;
  }
  return !old_.contains(key) && young_.insert(std::move(key)).second;
}

}  // namespace im::comet
