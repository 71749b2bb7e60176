#pragma once

#include "logic/chat/contact_service.hpp"
#include "logic/chat/conversation_service.hpp"
#include "logic/chat/group_service.hpp"
#include "logic/chat/history_service.hpp"
#include "logic/chat/message_service.hpp"
#include "logic/chat/reaction_service.hpp"
#include "tests/support/test_store.hpp"

namespace im::test {

/// The services over a store with ten users.
class TestChat : public TestStore {
 public:
  explicit TestChat(logic::chat::Limits chosen = {}, logic::store::LaneOptions lane = {})
      : TestStore(std::move(lane)), limits(chosen) {
    add_users(10);
  }

  static logic::chat::Actor actor(int uid) { return {Uid(uid), "phone", "127.0.0.1"}; }
  Result<logic::chat::Place> say(int uid, logic::chat::ConvId conv, const std::string& body,
                                 const std::string& client_id = "") {
    return messages.send(
        actor(uid),
        {.conv = conv, .client_id = client_id.empty() ? "c" + std::to_string(++said_) : client_id, .body = body});
  }
  logic::chat::ConvId p2p(int a, int b) { return conversations.open_p2p(actor(a), Uid(b)).value(); }
  std::int64_t unread(int uid, logic::chat::ConvId conv) {
    const auto all = history.sync_all(actor(uid), {}, 0).value();
    for (const auto& summary : all.conversations)
      if (summary.conv == conv) return summary.unread;
    return -1;
  }

  const logic::chat::Limits limits;
  logic::chat::ConversationService conversations{*store, limits};
  logic::chat::MessageService messages{*store, conversations, limits};
  logic::chat::ReactionService reactions{*store, limits};
  logic::chat::HistoryService history{*store, limits};
  logic::chat::ContactService contacts{*store, limits};
  logic::chat::GroupService groups{*store, limits};

 private:
  int said_ = 0;
};

}  // namespace im::test
