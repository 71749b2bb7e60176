#include "logic/push/push_spec.hpp"

#include "common/push/wire.hpp"

namespace im::logic {

EncodedPush encode(const PushSpec& spec, std::string body) {
  push::Content content;
  content.set_operation(spec.operation);
  content.set_body(std::move(body));
  content.set_kind(to_wire(spec.facts.kind));
  content.set_audience(to_wire(spec.facts.audience));
  for (const std::string& key : spec.except.keys) content.mutable_except()->add_keys(key);
  for (const auto& [comet, conn] : spec.except.connections) {
    auto& out = *content.mutable_except()->add_connections();
    out.set_comet(comet.number.value());
    out.set_epoch(comet.epoch.value());
    out.set_conn(conn.raw());
  }
  content.set_once(spec.once);
  content.set_report(spec.report);
  return std::make_shared<const std::string>(content.SerializeAsString());
}

}  // namespace im::logic
