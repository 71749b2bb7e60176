#include "logic/routers/known_comets.hpp"

#include <algorithm>

namespace im::logic {

namespace {

/// The comets of a list, and of `former` those whose number no newer instance has.
std::vector<CometInstance> comets_of(const std::vector<registry::Node>& nodes,
                                     const std::vector<CometInstance>& former) {
  std::vector<CometInstance> comets;
  for (const registry::Node& node : nodes) {
    if (node.kind == registry::NodeKind::kComet) comets.push_back(node.instance);
  }
  const std::size_t named = comets.size();
  for (const CometInstance& old : former) {
    const auto end = comets.begin() + static_cast<std::ptrdiff_t>(named);
    if (std::none_of(comets.begin(), end, [&](const CometInstance& one) { return one.number == old.number; }))
      comets.push_back(old);
  }
  return comets;
}

}  // namespace

void KnownComets::heard(const registry::NodeListing& list, TimePoint now) {
  // A router that takes back what it said of an empty cluster (registry.first_start) has not named those that run.
  whole_ = list.complete || (whole_ && !comets_.empty());
  comets_ = comets_of(list.nodes, list.complete ? std::vector<CometInstance>() : comets_);
  answered_ = now;
}

std::optional<std::vector<CometInstance>> KnownComets::within(Duration age, TimePoint now) const {
  if (!whole_ || now - *answered_ > age) return std::nullopt;
  return comets_;
}

}  // namespace im::logic
