#include "logic/chat_requests/chat_part.hpp"

#include "common/daemon/metrics.hpp"
#include "logic/chat_requests/contact_commands.hpp"
#include "logic/chat_requests/conversation_commands.hpp"
#include "logic/chat_requests/group_commands.hpp"
#include "logic/chat_requests/history_commands.hpp"

namespace im::logic {

namespace {

/// A send waits for its commit on its thread: as many as one transaction should gather.
constexpr BlockingPool::Options kPool{.threads = 64, .max_waiting = 2048};

}  // namespace

ChatPart::ChatPart(StorePart& store, TellLive tell, bool foreign)
    : store_(store.store()),
      tell_(std::move(tell)),
      pool_(kPool),
      conversations_(store.store(), {}),
      messages_(store.store(), conversations_, {}, texts_),
      reactions_(store.store(), {}),
      history_(store.store(), {}),
      contacts_(store.store(), {}, texts_),
      groups_(store.store(), {}, texts_) {
  if (foreign) foreign_.emplace(store.store());
}

ChatCommands::Meet ChatPart::meet() {
  if (!foreign_) return {};
  return [this](Uid uid) { return foreign_->meet(uid); };
}

void ChatPart::met(Uid uid) {
  if (foreign_) foreign_->meet_later(uid);
}

HelloChat ChatPart::hello() {
  HelloChat hello;
  hello.epoch = [this] { return store_.epoch(); };
  hello.resume = [this](const Caller& caller, const boost::json::object& asked,
                        const std::function<void(boost::json::object)>& done) {
    const chat::Actor actor{caller.uid, caller.device, caller.client_ip};
    pool_.run([this, actor, asked]() -> Result<boost::json::object> { return resume(actor, asked); },
              [done](const Result<boost::json::object>& result) {
                // Nothing is lost by it: the client syncs everything.
                done(result.ok() ? result.value() : boost::json::object{{"recovered", false}});
              });
  };
  return hello;
}

/// Recovered: the client has all there is. Else it syncs the conversations named, or everything when none is.
boost::json::object ChatPart::resume(const chat::Actor& actor, const boost::json::object& asked) {
  Fields fields(asked);
  const std::string epoch = fields.text_or("epoch", 64, "");
  const auto marks = read_marks(fields);
  if (fields.failure() || epoch != store_.epoch()) return {{"recovered", false}};
  const auto all = history_.sync_all(actor, marks, 0);
  if (!all.ok() || all.value().has_more) return {{"recovered", false}};
  boost::json::array sync;
  for (const auto& one : all.value().conversations) sync.push_back(one.conv.value());
  return {{"recovered", sync.empty()}, {"sync", std::move(sync)}};
}

void ChatPart::add_requests(RequestRouter& router) {
  ChatCommands commands(router, pool_, meet());
  add_message_commands(commands, {messages_, reactions_, store_.epoch()});
  add_history_commands(commands, history_);
  add_conversation_commands(commands, conversations_, tell_);
  add_contact_commands(commands, contacts_, tell_, parted_);
  add_group_commands(commands, groups_, tell_);
}

void ChatPart::add_metrics(MetricsPage& page) const {
  const BlockingPool::Stats stats = pool_.stats();
  page.counter("im_logic_chat_work_total", "Chat commands, by outcome.", static_cast<double>(stats.done),
               {{"outcome", "done"}});
  page.counter("im_logic_chat_work_total", "Chat commands, by outcome.", static_cast<double>(stats.refused),
               {{"outcome", "refused"}});
  if (foreign_)
    page.counter("im_logic_chat_users_failed_total", "Users whose row could not be made at a login or request.",
                 static_cast<double>(foreign_->failed()));
  page.gauge("im_logic_chat_work_waiting", "Chat commands that wait for a thread.", static_cast<double>(stats.waiting));
}

}  // namespace im::logic
