#include "common/registry/node_watch.hpp"

#include <utility>

namespace im::registry {

namespace {
constexpr std::chrono::milliseconds kAgain{100};
}

NodeWatch::NodeWatch(Scheduler& scheduler, Registry& registry, std::optional<NodeKind> kind,
                     std::chrono::milliseconds wait, Heard heard)
    : scheduler_(scheduler), registry_(registry), kind_(kind), wait_(wait), heard_(std::move(heard)) {}

void NodeWatch::step_in(Duration delay, void (NodeWatch::*step)()) {
  scheduler_.post_after(delay, [weak = weak_from_this(), step] {
    if (const auto self = weak.lock(); self && !self->stopped_) ((*self).*step)();
  });
}

Registrar::Done<NodeListing> NodeWatch::posted(Handle handle) {
  return
      [weak = weak_from_this(), handle, &scheduler = scheduler_, asked = scheduler_.now()](Result<NodeListing> answer) {
        if (answer.ok()) answer.value().asked_at = asked;
        scheduler.post([weak, handle, answer = std::move(answer)]() mutable {
          const auto self = weak.lock();
          if (self && !self->stopped_) ((*self).*handle)(std::move(answer));
        });
      };
}

void NodeWatch::poll() {
  owner_.check();
  // Version 0 asks for an answer at once: the first one, and the first after the router was lost.
  const std::chrono::milliseconds wait = version_ == 0 ? std::chrono::milliseconds(0) : wait_;
  registry_.list({kind_, router_id_, version_, wait}, posted(&NodeWatch::polled));
}

void NodeWatch::polled(Result<NodeListing> answer) {
  owner_.check();
  up_ = answer.ok();
  detail_ = up_ ? std::string() : answer.error().message;
  router_id_ = up_ ? answer.value().router_id : 0;
  version_ = up_ ? answer.value().version : 0;
  heard_(std::move(answer));
  // A router that does not count versions is asked now and then instead of without pause.
  if (version_ > 0) return poll();
  step_in(kAgain, &NodeWatch::poll);
}

void NodeWatch::refresh() {
  owner_.check();
  if (stopped_) return;
  if (std::exchange(asking_, true)) {
    ask_again_ = true;
    return;
  }
  ask();
}

void NodeWatch::ask() {
  ask_again_ = false;
  registry_.list({kind_, 0, 0, std::chrono::milliseconds(0)}, posted(&NodeWatch::refreshed));
}

void NodeWatch::refreshed(Result<NodeListing> answer) {
  owner_.check();
  asking_ = false;
  if (answer.ok()) heard_(std::move(answer));  // may call refresh()
  if (!ask_again_ || asking_) return;
  asking_ = true;
  step_in(kAgain, &NodeWatch::ask);  // not without pause: a comet that stays unclear asks again with every answer
}

}  // namespace im::registry
