#pragma once

#include <string>
#include <vector>

#include "logic/chat/actor.hpp"
#include "logic/chat/conversation_service.hpp"
#include "logic/chat/message_access.hpp"
#include "logic/chat/text_gate.hpp"
#include "logic/store/store.hpp"

namespace im::logic::chat {

struct Draft {
  ConvId conv;            ///< or `to`
  Uid to;                 ///< the conversation of two with them, made when there is none
  std::string client_id;  ///< of the sender's device; the same again has the same answer
  std::string type = "text";
  std::string body;
  Seq reply_to = 0;
  std::vector<Uid> mentions;
  bool mention_all = false;  ///< groups: admins and above
  ConvId from;               ///< forwarded: the message that gives the right to its media
  Seq from_seq = 0;
};

/// Messages and what is done to them. Blocking, any thread but an I/O thread. The answer comes after the commit.
class MessageService {
 public:
  /// Each text passes the gate before it is kept.
  MessageService(store::Store& store, ConversationService& conversations, Limits limits,
                 const TextGate& gate = TextGate::open())
      : store_(store), conversations_(conversations), limits_(limits), rights_(limits), gate_(gate) {}

  Result<Place> send(const Actor& actor, Draft draft);
  Result<Place> edit(const Actor& actor, ConvId conv, Seq seq, const std::string& body);
  Result<Place> recall(const Actor& actor, ConvId conv, Seq seq);
  /// By an operator, who is no member: as its sender's recall, at any time. kNotFound, kConflict: it is recalled.
  Result<Place> remove(ConvId conv, Seq seq);
  /// The same content as a message of one's own in `to`; client_id as in send.
  Result<Place> forward(const Actor& actor, ConvId from, Seq seq, ConvId to, const std::string& client_id);

 private:
  Status check(const Draft& draft) const;
  Result<Place> write(store::Write& write, const Actor& actor, const Draft& draft);
  /// `media`: what the row is going to name.
  Result<Message> row_of(store::Write& write, const store::ConvHead& head, const Actor& actor, const Draft& draft,
                         std::vector<std::string>& media) const;
  Result<Place> change(const Actor& actor, ConvId conv, Seq seq, Action action, const std::string& body);
  /// `target` gets this text, or none (recalled); the row that says so is the actor's.
  static Result<Place> change_row(store::Write& into, store::ConvHead& head, const Meant& target, const Actor& actor,
                                  const std::string& body);

  store::Store& store_;
  ConversationService& conversations_;
  const Limits limits_;
  const Rights rights_;
  const TextGate& gate_;
};

}  // namespace im::logic::chat
