#include "job/node_watch.hpp"

#include <utility>

namespace im::job {

using namespace std::chrono_literals;

namespace {
constexpr auto kLongPoll = 2s;  // a router that stands still is left after it
constexpr auto kRetry = 300ms;
}  // namespace

NodeWatch::NodeWatch(Scheduler& scheduler, RouterGateway& router, std::function<void(NodeList)> found)
    : scheduler_(scheduler), router_(router), found_(std::move(found)) {}

RouterGateway::Done<NodeList> NodeWatch::posted(void (NodeWatch::*handle)(Result<NodeList>)) {
  return [weak = weak_from_this(), handle, &scheduler = scheduler_](Result<NodeList> answer) {
    scheduler.post([weak, handle, answer = std::move(answer)]() mutable {
      const auto self = weak.lock();
      if (self && !self->stopped_) ((*self).*handle)(std::move(answer));
    });
  };
}

void NodeWatch::poll() {
  // Version 0 asks for an answer at once: the first one, and the first after the router was lost.
  router_.list_comets(version_, version_ == 0 ? 0ms : std::chrono::milliseconds(kLongPoll), posted(&NodeWatch::polled));
}

void NodeWatch::polled(Result<NodeList> answer) {
  up_ = answer.ok();
  if (!answer) {
    detail_ = answer.error().message;
    version_ = 0;
    scheduler_.post_after(kRetry, [weak = weak_from_this()] {
      if (const auto self = weak.lock(); self && !self->stopped_) self->poll();
    });
    return;
  }
  detail_.clear();
  // A router that does not count versions is asked now and then instead of without pause.
  const bool counts = answer.value().version > 0;
  version_ = answer.value().version;
  found_(std::move(answer).value());
  if (counts) {
    poll();
  } else {
    scheduler_.post_after(kRetry, [weak = weak_from_this()] {
      if (const auto self = weak.lock(); self && !self->stopped_) self->poll();
    });
  }
}

void NodeWatch::refresh() {
  if (std::exchange(asking_, true)) {
    ask_again_ = true;
    return;
  }
  ask();
}

void NodeWatch::ask() {
  ask_again_ = false;
  router_.list_comets(0, 0ms, posted(&NodeWatch::refreshed));
}

void NodeWatch::refreshed(Result<NodeList> answer) {
  asking_ = false;
  if (answer) {
    found_(std::move(answer).value());  // may call refresh()
  }
  if (ask_again_ && !asking_) {
    asking_ = true;
    // Not without pause: a comet that stays unclear asks again with every answer.
    scheduler_.post_after(100ms, [weak = weak_from_this()] {
      if (const auto self = weak.lock(); self && !self->stopped_) self->ask();
    });
  }
}

}  // namespace im::job
