#include "logic/media/turn_queue.hpp"

#include "common/base/log.hpp"

namespace im::logic::media {

Status TurnQueue::post(const std::string& sender, std::function<void()> task) {
  const std::lock_guard lock(mutex_);
  if (auto refused = refusal(sender); !refused) return refused;
  Sender& one = senders_[sender];
  one.waiting.push_back(std::move(task));
  ++waiting_;
  give_turn(sender, one);
  call_thread();
  return Ok{};
}

Status TurnQueue::refusal(const std::string& sender) {
  if (stopping_) return Error{Error::Code::kUnavailable, "stopping"};
  const auto known = senders_.find(sender);
  if (known != senders_.end() && known->second.waiting.size() + known->second.running >= limits_.share) {
    ++stats_.over_share;
    return Error{Error::Code::kOverloaded, std::string("too many ") + limits_.what + " of one sender wait"};
  }
  if (waiting_ < limits_.waiting) return Ok{};
  ++stats_.full;
  return Error{Error::Code::kUnavailable, std::string("too many ") + limits_.what + " wait"};
}

void TurnQueue::give_turn(const std::string& name, Sender& sender) {
  if (sender.has_turn || sender.waiting.empty() || sender.running >= limits_.at_once) return;
  sender.has_turn = true;
  turns_.push_back(name);
}

/// A stopped pool takes none: then those that work do the rest.
void TurnQueue::call_thread() {
  if (turns_.empty() || working_ >= limits_.threads) return;
  if (pool_.post([this] { work(); }).ok()) ++working_;
}

void TurnQueue::work() {
  while (auto turn = take_next()) {
    try {
      turn->task();
    } catch (const std::exception& thrown) {
      log::error("a blocking task threw", {{"what", thrown.what()}, {"of", limits_.what}});
    }
    turn->task = nullptr;  // what it holds goes before the share is free again
    ended(turn->sender);
  }
}

std::optional<TurnQueue::Turn> TurnQueue::take_next() {
  const std::lock_guard lock(mutex_);
  if (turns_.empty()) {
    --working_;
    return std::nullopt;
  }
  Turn turn{std::move(turns_.front()), {}};
  turns_.pop_front();
  Sender& one = senders_[turn.sender];
  one.has_turn = false;
  turn.task = std::move(one.waiting.front());
  one.waiting.pop_front();
  --waiting_;
  ++one.running;
  give_turn(turn.sender, one);
  call_thread();
  return turn;
}

void TurnQueue::ended(const std::string& sender) {
  const std::lock_guard lock(mutex_);
  const auto found = senders_.find(sender);
  --found->second.running;
  give_turn(sender, found->second);
  if (found->second.running == 0 && found->second.waiting.empty()) senders_.erase(found);
}

void TurnQueue::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  pool_.stop();
}

}  // namespace im::logic::media
