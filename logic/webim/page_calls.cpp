#include "logic/webim/page_calls.hpp"

#include <algorithm>
#include <array>
#include <future>
#include <memory>
#include <variant>

#include "logic/calls/page_words.hpp"
#include "logic/webim/fd.hpp"
#include "logic/webim/lobby_events.hpp"

namespace im::logic::webim {

namespace {

namespace json = boost::json;
constexpr std::array<std::string_view, 3> kCalls{"video", "audio", "screen"};
constexpr std::size_t kMaxRoom = 64;
constexpr int kTellTries = 3;  // each waits for the deadline of a router

const Failure* failure_in(const Answer& answer) { return std::get_if<Failure>(&answer.result); }

std::string address_of(const Caller& page) { return fd_of(page.uid, page.transport == "poll"); }

/// It does not wait for somebody who will not come.
Answer refused(const Caller& page, Uid to, const json::object& message) {
  return json::object{{"webim", page_word(to.value(), address_of(page), text_member(message, "type"), "gg")}};
}

/// Busy is an event of the call, which says so to the page; who is in no list was never there; and a call of its own to
/// them goes on.
bool hears_nothing(const Failure& failure) {
  return failure.code == Code::kBusy || failure.code == Code::kNotFound ||
         (failure.code == Code::kConflict && failure.more.contains("call_id"));
}

}  // namespace

bool PageCalls::is_call(const json::object& message) {
  return std::ranges::find(kCalls, text_member(message, "type")) != kCalls.end();
}

void PageCalls::take(const Caller& page, Uid to, const json::object& message, const Reply& reply) {
  const std::string data = text_member(message, "data");
  if (data == "ask") return ask(page, to, message, reply);
  if (data == "gg") return calls_.refuses(page, to, [reply](const Answer&) { reply(json::object()); });
  if (data != "ok") return reply(json::object());
  calls_.takes(page, address_of(page), to, [page, to, message, reply](const Answer& answer) {
    reply(failure_in(answer) == nullptr ? Answer(json::object()) : refused(page, to, message));
  });
}

void PageCalls::ask(const Caller& page, Uid to, const json::object& message, const Reply& reply) {
  const std::string room = text_member(message, "room");
  if (room.empty() || room.size() > kMaxRoom)
    return reply(Failure{Code::kBadValue, "room must be a text of 1 to 64 bytes", {}, {}});
  const CallPages::Ask ask{address_of(page), text_member(message, "type"), room, to};
  calls_.asks(page, ask, [page, to, message, reply](const Answer& answer) {
    const Failure* failure = failure_in(answer);
    reply(failure == nullptr || hears_nothing(*failure) ? Answer(json::object()) : refused(page, to, message));
  });
}

Status PageCalls::left(Uid page) {
  Status status = tell_left(page);
  for (int again = 0; again < kTellTries && !status.ok(); ++again) status = tell_left(page);
  return status;
}

Status PageCalls::tell_left(Uid page) {
  const auto told = std::make_shared<std::promise<Status>>();
  auto answer = told->get_future();
  calls_.left(page, [told](Status status) { told->set_value(std::move(status)); });
  return answer.get();
}

}  // namespace im::logic::webim
