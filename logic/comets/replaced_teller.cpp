#include "logic/comets/replaced_teller.hpp"

#include <optional>
#include <utility>

#include "common/base/fault.hpp"

namespace im::logic {

void ReplacedTeller::tell(const std::vector<SessionInfo>& replaced) {
  if (replaced.empty() || fault::fire("logic.replaced_untold")) return;
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
  Kick kick;
  kick.replaced = true;
  for (const ReplacedBook::Entry& entry : batch.entries) kick.conns.push_back({entry.conn, entry.epoch});
  const CometInstance comet = batch.comet;
  auto done = [self = shared_from_this(), batch = std::move(batch)](const Result<std::int32_t>& closed) {
    self->settle(batch, closed.ok() ? Status(Ok{}) : closed.error());
    self->pump();
  };
  comets_.kick(comet, std::move(kick), std::move(done));
}

/// A comet that says it is another instance has none of these connections: that is told, too.
void ReplacedTeller::settle(ReplacedBook::Batch batch, const Status& status) {
  const bool told = status.ok() || status.error().code == Error::Code::kConflict;
  (told ? stats_.told : stats_.again) += batch.entries.size();
  const std::lock_guard lock(mutex_);
  book_.settled(std::move(batch), told, monotonic_now());
}

std::uint64_t ReplacedTeller::dropped() const {
  const std::lock_guard lock(mutex_);
  return book_.dropped();
}

}  // namespace im::logic
