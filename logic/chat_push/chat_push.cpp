#include "logic/chat_push/chat_push.hpp"

#include <utility>

#include <boost/json/serialize.hpp>

#include "logic/chat_requests/chat_json.hpp"

namespace im::logic {

void ChatPush::serve(store::Store& store, chat::ConversationService& conversations) {
  store_ = &store;
  conversations_ = &conversations;
}

void ChatPush::sent_by(const Caller& caller, const std::string& client_id) {
  if (caller.door != Door::kConnection) return;
  const std::lock_guard lock(mutex_);
  if (origins_.size() >= kMaxOrigins)
    origins_.clear();  // then senders hear of their own messages: they know the numbers
  origins_[{caller.uid, client_id}] = {caller.comet, caller.conn};
}

std::optional<ChatPush::Origin> ChatPush::take_origin(const store::Message& message) {
  const std::lock_guard lock(mutex_);
  const auto found = origins_.extract({message.sender, message.client_id});
  return found.empty() ? std::nullopt : std::optional(found.mapped());
}

void ChatPush::take(const std::vector<store::Outgoing>& rows) {
  if (waiting_ + rows.size() > kMaxWaiting) {
    stats_.refused += rows.size();
    return;
  }
  waiting_ += rows.size();
  thread_.post([this, rows] {
    for (const store::Outgoing& row : rows) push(row);
    waiting_ -= rows.size();
  });
}

void ChatPush::push(const store::Outgoing& row) {
  const store::Message& message = row.message;
  const auto members = conversations_->members_of(message.conv);
  if (!members.ok()) {
    ++stats_.failed;
    return;
  }
  PushSpec spec(kEventOp);
  spec.facts.push_class = PushClass::kEvent;
  spec.order_key = "conv:" + std::to_string(message.conv.value());
  if (const auto origin = take_origin(message)) spec.except.connections.push_back(*origin);
  std::vector<std::int64_t> uids;
  for (const Uid uid : members.value()) uids.push_back(uid.value());
  push_.to_users(std::move(spec), std::move(uids), boost::json::serialize(event_json(message, store_->epoch())),
                 [this, mark = store::SentMark{message.conv, message.seq}](const Status& status) {
                   ++(status.ok() ? stats_.pushed : stats_.failed);
                   if (status.ok()) store_->lanes().sent(mark);
                 });
}

}  // namespace im::logic
