#include "logic/calls/call_pages.hpp"

#include <utility>

#include "logic/calls/page_words.hpp"

namespace im::logic {

namespace {

namespace pb = im::calls;

pb::ApplyRequest request_of(pb::Op op, const Caller& page, Uid to) {
  pb::ApplyRequest request;
  request.set_op(op);
  request.set_scope(pair_scope(page.uid, to));
  fill_device(request, page);
  return request;
}

}  // namespace

void CallPages::takes(const Caller& page, const std::string& fd, Uid to, const Reply& reply) {
  pb::ApplyRequest request = request_of(pb::ACCEPT, page, to);
  request.mutable_device()->set_page(fd);
  request.add_caps(std::string(kPageRoom));
  request.set_payload("\"caps\":[\"" + std::string(kPageRoom) + "\"]");
  asker_.ask(std::move(request), {}, reply);
}

/// Who is no callee that rings is a party, or has no call.
void CallPages::refuses(const Caller& page, Uid to, const Reply& reply) {
  pb::ApplyRequest reject = request_of(pb::REJECT, page, to);
  reject.set_word("user");
  asker_.ask(std::move(reject), [this, page, to, reply](const Result<pb::ApplyReply>& done) {
    if (!done.ok()) return reply(done.error());
    if (done.value().code() == 0 && !is_in_call(done.value().record(), page.uid)) return reply(boost::json::object());
    asker_.ask(request_of(pb::HANGUP, page, to), {}, reply);
  });
}

void CallPages::left(Uid page, std::function<void(Status)> done) {
  busy_.scope_of(page, [this, page, done = std::move(done)](const Result<std::optional<std::string>>& scope) {
    if (!scope.ok()) return done(scope.error());
    if (!scope.value()) return done(Ok{});
    pb::ApplyRequest request;
    request.set_op(pb::GONE);
    request.set_scope(*scope.value());
    request.mutable_device()->set_uid(page.value());
    asker_.ask(std::move(request), [done](const Result<pb::ApplyReply>& answer) {
      done(answer.ok() ? Status(Ok{}) : Status(answer.error()));
    });
  });
}

}  // namespace im::logic
