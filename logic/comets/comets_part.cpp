#include "logic/comets/comets_part.hpp"

#include "common/daemon/metrics.hpp"
#include "logic/comets/grpc_direct_transport.hpp"

namespace im::logic {

namespace {

/// The router answers each second, so an older list is of one that is away: comets may have come since.
constexpr std::chrono::milliseconds kFresh{2500};

CometTable::Comets comets_in(const NodeList& nodes) {
  return [&nodes] { return listing_of(nodes.view()); };
}

DirectLimits limits_of(std::chrono::milliseconds deadline) {
  DirectLimits limits;
  limits.patience = deadline;
  return limits;
}

}  // namespace

CometListing listing_of(const NodeView& view) {
  CometListing list{{}, view.complete && view.age && *view.age < kFresh};
  for (const NodeInfo& node : view.nodes) {
    if (node.kind == NodeKind::kComet) list.places.push_back({node.instance, node.name, node.grpc_address});
  }
  return list;
}

CometsPart::CometsPart(const std::string& name, std::chrono::milliseconds deadline, RoutersPart& routers)
    : gateway_(make_grpc_direct_transport(name, deadline), comets_in(routers.nodes()), limits_of(deadline)),
      events_(routers.sessions(), gateway_),
      replaced_(std::make_shared<ReplacedTeller>(gateway_)) {}

void CometsPart::add_metrics(MetricsPage& page) const {
  const CometPeerStats& stats = gateway_.stats();
  const auto commands = [&](const char* outcome, const std::atomic<std::uint64_t>& value) {
    page.counter("im_logic_comet_commands_total", "Commands to comets past Kafka, by outcome.",
                 static_cast<double>(value.load()), {{"outcome", outcome}});
  };
  commands("taken", stats.taken);
  commands("failed", stats.failed);
  commands("overloaded", stats.overloaded);
  commands("no_comet", stats.no_comet);
  commands("unlisted", stats.unlisted);
  page.counter("im_logic_events_lost_total",
               "Events for users that went to nobody, since no router could say where they are.",
               static_cast<double>(events_.unlocated()));
  page.counter("im_logic_comet_streams_total", "Direct streams opened to comets.",
               static_cast<double>(stats.streams.load()));
  page.counter("im_logic_comet_streams_lost_total", "Direct streams to comets that ended.",
               static_cast<double>(stats.lost.load()));
  page.gauge("im_logic_comet_peers", "Comets that this logic has sent commands to.",
             static_cast<double>(gateway_.comets()));
  const auto replaced = [&page](const char* outcome, std::uint64_t value) {
    page.counter("im_logic_replaced_total",
                 "Sessions replaced by a login on another comet, by whether that comet was told.",
                 static_cast<double>(value), {{"outcome", outcome}});
  };
  replaced("told", replaced_->stats().told);
  replaced("again", replaced_->stats().again);
  replaced("dropped", replaced_->dropped());
}

}  // namespace im::logic
