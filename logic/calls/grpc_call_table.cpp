#include "common/base/slot.hpp"
#include "logic/calls/call_table.hpp"
#include "logic/routers/router_calls.hpp"

namespace im::logic {

namespace {

namespace pb = im::calls;

/// The lowest ten bits of an id are its slot; a call without one yet lies where its scope does.
std::size_t slot_of_call(const pb::ApplyRequest& request) {
  return request.call() != 0 ? request.call() % kSlots : slot_of(request.scope());
}

class Table final : public CallTable {
 public:
  explicit Table(RouterCalls& routers) : routers_(routers) {}

  void apply(pb::ApplyRequest request, Done<pb::ApplyReply> done) override {
    const std::size_t slot = slot_of_call(request);
    routers_.to_owner<pb::ApplyReply>(slot, std::move(request), &RouterCalls::CallsAsync::Apply, std::move(done));
  }

  void settle(pb::SettleRequest request) override {
    const std::size_t slot = request.call() % kSlots;
    // When it gets lost the events go again, and clients drop what they have.
    routers_.to_owner<pb::SettleReply>(slot, std::move(request), &RouterCalls::CallsAsync::Settle,
                                       [](const Result<pb::SettleReply>&) {});
  }

 private:
  RouterCalls& routers_;
};

}  // namespace

std::unique_ptr<CallTable> make_grpc_call_table(RouterCalls& routers) { return std::make_unique<Table>(routers); }

}  // namespace im::logic
