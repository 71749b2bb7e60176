#pragma once

#include "common/base/blocking_pool.hpp"
#include "logic/chat/conversation_service.hpp"
#include "logic/chat/history_service.hpp"
#include "logic/chat/message_service.hpp"
#include "logic/chat/reaction_service.hpp"
#include "logic/chat_requests/live_events.hpp"
#include "logic/part.hpp"
#include "logic/requests/hello.hpp"
#include "logic/store/store_part.hpp"

namespace im::logic {

/// The chat's services and the commands that lead to them.
class ChatPart final : public Part {
 public:
  ChatPart(StorePart& store, TellLive tell);
  ~ChatPart() override { pool_.stop(); }
  chat::MessageService& messages() { return messages_; }
  chat::ConversationService& conversations() { return conversations_; }

  /// What `hello` says of the chat.
  HelloChat hello();

  void add_requests(RequestRouter& router) override;
  void add_metrics(MetricsPage& page) const override;
  /// After the doors: what they took is answered first.
  void stop() override { pool_.stop(); }

 private:
  boost::json::object resume(const chat::Actor& actor, const boost::json::object& asked);

  store::Store& store_;
  const TellLive tell_;
  BlockingPool pool_;
  chat::ConversationService conversations_;
  chat::MessageService messages_;
  chat::ReactionService reactions_;
  chat::HistoryService history_;
};

}  // namespace im::logic
