#include "logic/chat_presence/chat_presence_part.hpp"

#include "common/daemon/metrics.hpp"
#include "logic/chat_presence/presence_commands.hpp"

namespace im::logic {

namespace {
/// They wait for routers and for the database; a round of the teller is one of them.
constexpr BlockingPool::Options kPresencePool{.threads = 8, .max_waiting = 2048};
}  // namespace

ChatPresencePart::ChatPresencePart(Uses uses)
    : meet_(std::move(uses.meet)),
      pool_(kPresencePool),
      store_(uses.store, uses.texts),
      watchers_(make_grpc_watcher_table(uses.routers.calls())),
      uses_{store_, uses.routers.sessions(), *watchers_, std::move(uses.tell), pool_},
      teller_(uses_, {}) {
  uses.events.add(teller_);
}

void ChatPresencePart::part(Uid one, Uid other) {
  const auto nothing = [](const Result<std::vector<Uid>>&) {};
  watchers_->watch(one, {other}, std::chrono::milliseconds(0), nothing);
  watchers_->watch(other, {one}, std::chrono::milliseconds(0), nothing);
}

void ChatPresencePart::add_requests(RequestRouter& router) {
  ChatCommands commands(router, pool_, meet_);
  add_presence_commands(commands, uses_, teller_);
}

void ChatPresencePart::add_metrics(MetricsPage& page) const {
  const char* name = "im_logic_presence_changes_total";
  const char* help =
      "Changed users, by outcome: told to those who watch them, as it was told before, failed rounds, too many waited.";
  page.counter(name, help, static_cast<double>(teller_.stats().told), {{"outcome", "told"}});
  page.counter(name, help, static_cast<double>(teller_.stats().same), {{"outcome", "same"}});
  page.counter(name, help, static_cast<double>(teller_.stats().failed), {{"outcome", "failed"}});
  page.counter(name, help, static_cast<double>(teller_.stats().crowded), {{"outcome", "crowded"}});
}

}  // namespace im::logic
