#pragma once

#include "common/base/blocking_pool.hpp"
#include "logic/chat_presence/presence_teller.hpp"
#include "logic/chat_requests/chat_commands.hpp"
#include "logic/events/events_part.hpp"
#include "logic/part.hpp"
#include "logic/routers/routers_part.hpp"

namespace im::logic {

/// How users are, for those who asked to know.
class ChatPresencePart final : public Part {
 public:
  struct Uses {
    RoutersPart& routers;
    EventsPart& events;
    store::Store& store;
    const chat::TextGate& texts;
    TellLive tell;
    ChatCommands::Meet meet;
  };
  explicit ChatPresencePart(Uses uses);
  ~ChatPresencePart() override { pool_.stop(); }

  /// Neither is told of the other any more. Any thread, never blocks.
  void part(Uid one, Uid other);

  void add_requests(RequestRouter& router) override;
  void add_metrics(MetricsPage& page) const override;
  void tick(TimePoint now) override { teller_.tick(now); }
  void stop() override { pool_.stop(); }

 private:
  const ChatCommands::Meet meet_;
  BlockingPool pool_;
  PresenceStore store_;
  std::unique_ptr<WatcherTable> watchers_;
  const PresenceTeller::Uses uses_;
  PresenceTeller teller_;
};

}  // namespace im::logic
