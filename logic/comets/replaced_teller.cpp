#include "logic/comets/replaced_teller.hpp"

#include "common/rpc/call.hpp"

namespace im::logic {

namespace ct = im::comet;

void ReplacedTeller::tell(const std::vector<SessionInfo>& replaced) {
  if (replaced.empty()) return;
  const TimePoint now = monotonic_now();
  {
    const std::lock_guard lock(mutex_);
    for (const SessionInfo& session : replaced) book_.add(session.comet, session.conn, session.epoch, now);
  }
  pump();
}

void ReplacedTeller::pump() {
  while (true) {
    std::optional<ReplacedBook::Batch> batch;
    {
      const std::lock_guard lock(mutex_);
      batch = book_.next(monotonic_now());
    }
    if (!batch) return;
    call(std::move(*batch));
  }
}

void ReplacedTeller::call(ReplacedBook::Batch batch) {
  const std::string address = address_of(batch.comet);
  if (address.empty()) return settle(std::move(batch), Error{Error::Code::kUnavailable, "no such comet now"});
  ct::ReplacedRequest request;
  request.set_comet(batch.comet.number.value());
  request.set_comet_epoch(batch.comet.epoch.value());
  for (const ReplacedBook::Entry& entry : batch.entries) {
    auto& out = *request.add_sessions();
    out.set_conn(entry.conn.raw());
    out.set_session_epoch(entry.epoch.value());
  }
  const auto stub = stubs_.at(address);
  rpc::call<ct::ReplacedReply>(
      std::move(request), deadline_,
      [stub](grpc::ClientContext* context, const ct::ReplacedRequest* ask, ct::ReplacedReply* reply,
             std::function<void(grpc::Status)> finish) {
        stub->async()->Replaced(context, ask, reply, std::move(finish));
      },
      [self = shared_from_this(), stub, batch = std::move(batch)](const Result<ct::ReplacedReply>& reply) {
        self->settle(batch, reply.ok() ? Status(Ok{}) : reply.error());
        self->pump();
      });
}

/// A comet that says it is another instance has none of these connections: that is told, too.
void ReplacedTeller::settle(ReplacedBook::Batch batch, const Status& status) {
  const bool told = status.ok() || status.error().code == Error::Code::kConflict;
  (told ? stats_.told : stats_.again) += batch.entries.size();
  const std::lock_guard lock(mutex_);
  book_.settled(std::move(batch), told, monotonic_now());
}

std::string ReplacedTeller::address_of(CometInstance comet) const {
  for (const NodeInfo& node : nodes_()) {
    if (node.kind == "comet" && node.comet == comet) return node.grpc_address;
  }
  return {};
}

std::uint64_t ReplacedTeller::dropped() const {
  const std::lock_guard lock(mutex_);
  return book_.dropped();
}

}  // namespace im::logic
