#include "logic/comets/held_commands.hpp"

#include <iterator>
#include <utility>

namespace im::logic {

namespace {
constexpr std::chrono::milliseconds kLook{50};
const Error kNoSuchComet{Error::Code::kNotFound, "the registry names no such comet"};
const Error kNotListed{Error::Code::kUnavailable, "no whole list of the comets has come"};
}  // namespace

/// Behind those that wait for the same comet.
void HeldCommands::send(const CometInstance& comet, CometCommand command, Reached done) {
  if (const auto row = held_.find(comet); row != held_.end()) look(row);
  if (held_.contains(comet)) return hold(comet, std::move(command), std::move(done));
  if (const auto peer = table_.find(comet)) return peer->send(std::move(command), std::move(done));
  if (table_.may_live(comet)) return hold(comet, std::move(command), std::move(done));
  ++shared_.stats.no_comet;
  done(kNoSuchComet);
}

void HeldCommands::hold(const CometInstance& comet, CometCommand command, Reached done) {
  const std::size_t bytes = bytes_of(command);
  if (bytes_ + bytes > shared_.limits.waiting) {
    ++shared_.stats.overloaded;
    return done(Error{Error::Code::kOverloaded, "too much waits for comets that are not known yet"});
  }
  bytes_ += bytes;
  const TimePoint until = shared_.scheduler.now() + shared_.limits.patience;
  held_[comet].push_back({std::move(command), std::move(done), until, bytes});
  look_later();
}

HeldCommands::Held HeldCommands::take(std::deque<Held>& commands) {
  Held first = std::move(commands.front());
  commands.pop_front();
  bytes_ -= first.bytes;
  return first;
}

/// The next row. Callers that are told come back by posting, so nothing is added meanwhile.
HeldCommands::Row HeldCommands::look(Row row) {
  std::deque<Held>& commands = row->second;
  const auto peer = table_.find(row->first);
  const bool gone = !peer && !table_.may_live(row->first);
  while (!commands.empty() && (peer || gone || commands.front().until <= shared_.scheduler.now())) {
    Held one = take(commands);
    if (peer) {
      peer->send(std::move(one.command), std::move(one.done));
      continue;
    }
    ++(gone ? shared_.stats.no_comet : shared_.stats.unlisted);
    one.done(gone ? kNoSuchComet : kNotListed);
  }
  return commands.empty() ? held_.erase(row) : std::next(row);
}

/// The timer goes with the scheduler's thread, which this object does not outlive.
void HeldCommands::look_later() {
  if (looking_) return;
  looking_ = true;
  shared_.scheduler.post_after(kLook, [this] {
    looking_ = false;
    for (auto row = held_.begin(); row != held_.end();) row = look(row);
    if (!held_.empty()) look_later();
  });
}

void HeldCommands::drain(const Error& why) {
  for (auto& [comet, commands] : std::exchange(held_, {})) {
    while (!commands.empty()) {
      ++shared_.stats.failed;
      take(commands).done(why);
    }
  }
}

}  // namespace im::logic
