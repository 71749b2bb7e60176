#pragma once

#include <optional>

#include "common/base/blocking_pool.hpp"
#include "logic/chat/contact_service.hpp"
#include "logic/chat/conversation_service.hpp"
#include "logic/chat/foreign_users.hpp"
#include "logic/chat/group_service.hpp"
#include "logic/chat/history_service.hpp"
#include "logic/chat/message_service.hpp"
#include "logic/chat/reaction_service.hpp"
#include "logic/chat_requests/chat_commands.hpp"
#include "logic/chat_requests/live_events.hpp"
#include "logic/chat_requests/message_commands.hpp"
#include "logic/part.hpp"
#include "logic/requests/hello.hpp"
#include "logic/store/store_part.hpp"

namespace im::logic {

/// The chat's services and the commands that lead to them.
class ChatPart final : public Part {
 public:
  /// `foreign`: users come from another authority than our accounts.
  ChatPart(StorePart& store, TellLive tell, bool foreign);
  ~ChatPart() override { pool_.stop(); }
  chat::MessageService& messages() { return messages_; }
  chat::ConversationService& conversations() { return conversations_; }
  chat::GroupService& groups() { return groups_; }
  /// Hears of two who are no contacts any more, or of whom one has blocked the other. Before add_requests().
  void on_parted(std::function<void(Uid, Uid)> tell) { parted_ = std::move(tell); }
  /// Where each text passes before it is kept; to be set before start().
  chat::TextGate& texts() { return texts_; }
  /// For commands of others than this part.
  ChatCommands::Meet meet();
  /// Somebody has logged in. Any thread, never blocks.
  void met(Uid uid);

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
  chat::TextGate texts_;
  chat::ConversationService conversations_;
  chat::MessageService messages_;
  chat::ReactionService reactions_;
  chat::HistoryService history_;
  chat::ContactService contacts_;
  chat::GroupService groups_;
  std::optional<chat::ForeignUsers> foreign_;
  std::function<void(Uid, Uid)> parted_;
};

}  // namespace im::logic
