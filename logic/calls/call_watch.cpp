#include "logic/calls/call_watch.hpp"

#include <utility>

#include "common/base/fault.hpp"
#include "common/base/log.hpp"

namespace im::logic {

namespace {
namespace pb = im::calls;
}

void CallWatch::handle(const std::vector<SlotEvent>& events, std::function<void()> done) {
  for (const SlotEvent& event : events)
    if (const auto* call = std::get_if<CallChanged>(&event.what)) take(call->told);
  done();
}

void CallWatch::take(const std::string& text) {
  pb::CallTold told;
  if (text.empty() || !told.ParseFromString(text)) return;
  ++stats_.told;
  delivery_.deliver(told.record(), told.events());
  if (told.record().log_open()) write(told.record());
}

void CallWatch::write(const pb::Record& record) {
  fault::fire("calls.before_books");
  pool_.run([this, record] { return book_.write(record); },
            [this, call = record.id()](const Status& written) {
              if (written.ok()) {
                ++stats_.logged;
                fault::fire("calls.in_books");
                pb::SettleRequest settle;
                settle.set_call(call);
                settle.set_logged(true);
                calls_.settle(std::move(settle));
                fault::fire("calls.books_told");
                return;
              }
              ++stats_.failed;
              const std::lock_guard lock(mutex_);
              if (const auto times = failing_.tell(monotonic_now()))
                log::warn("an ended call could not be written; it is tried again",
                          {{"why", written.error().message}, {"times", times}});
            });
}

}  // namespace im::logic
