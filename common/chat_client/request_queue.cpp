#include "common/chat_client/request_queue.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <boost/json/serialize.hpp>

#include "common/chat_client/row.hpp"

namespace im::chat_client {

namespace json = boost::json;

namespace {

constexpr std::size_t kMaxWaiting = 10000;
constexpr std::int64_t kLater = 4503;
constexpr std::int64_t kMaxPauseMs = 60000;

json::object given_up() { return {{"ok", false}, {"code", 0}, {"error", "no answer came"}}; }

}  // namespace

bool RequestQueue::add(Request request) {
  if (queue_.size() >= kMaxWaiting) return false;
  queue_.push_back(std::move(request));
  return true;
}

void RequestQueue::lost() {
  open_ = under_way_ = false;
  until_ = {};
  std::deque<Request> all = std::exchange(queue_, {});
  std::vector<Answered> gone;
  for (Request& request : all) {
    if (request.keep) {
      queue_.push_back(std::move(request));
    } else {
      gone.push_back(std::move(request.done));
    }
  }
  for (const Answered& done : gone) {
    if (done) done(given_up());
  }
}

std::optional<RequestQueue::Next> RequestQueue::next(TimePoint now) {
  if (!open_ || under_way_ || queue_.empty() || now < until_) return std::nullopt;
  under_way_ = true;
  until_ = now + times_.answer;
  return Next{++seq_, json::serialize(queue_.front().body)};
}

bool RequestQueue::answer(std::int32_t seq, const json::object& answer, TimePoint now) {
  if (!under_way_ || seq != seq_) return false;
  under_way_ = false;
  until_ = {};
  const std::int64_t wait = number_of(answer, "retry_ms", -1);
  const bool later = !flag_of(answer, "ok") && (wait >= 0 || number_of(answer, "code") == kLater);
  if (later && queue_.front().keep) {
    until_ = now + (wait >= 0 ? std::chrono::milliseconds(std::min(wait, kMaxPauseMs)) : times_.pause);
    return true;
  }
  const Request request = take_first();
  if (request.done) request.done(answer);
  return true;
}

std::optional<TimePoint> RequestQueue::due() const {
  if (!open_ || queue_.empty()) return std::nullopt;
  return until_;
}

Request RequestQueue::take_first() {
  Request request = std::move(queue_.front());
  queue_.pop_front();
  return request;
}

}  // namespace im::chat_client
