#include "job/comet_directory.hpp"

#include <algorithm>
#include <utility>

namespace im::job {

void CometDirectory::update(NodeList list, TimePoint now) {
  const bool same_router = has_list_ && list.router_id == router_id_;
  // The long poll and a question in between may overtake each other.
  if (same_router && list.version < version_) return;
  if (!same_router) trusted_from_ = now + grace_;
  has_list_ = true;
  router_id_ = list.router_id;
  version_ = list.version;
  asked_at_ = std::max(asked_at_, list.asked_at);
  comets_.clear();
  for (auto& comet : list.comets) comets_[comet.instance] = std::move(comet);
}

CometDirectory::Verdict CometDirectory::verdict(const CometInstance& instance, TimePoint since, TimePoint now) const {
  if (comets_.contains(instance)) return Verdict::kLive;
  const auto next = comets_.upper_bound(instance);
  if (next != comets_.end() && next->first.number == instance.number) return Verdict::kGone;
  return fresh(since) && now >= trusted_from_ ? Verdict::kGone : Verdict::kUnclear;
}

const CometNode* CometDirectory::find(const CometInstance& instance) const {
  const auto at = comets_.find(instance);
  return at == comets_.end() ? nullptr : &at->second;
}

}  // namespace im::job
