#include "logic/stored_parts.hpp"

#include <boost/json/serialize.hpp>

#include "common/daemon/metrics.hpp"

namespace im::logic {

namespace {

PushExcept except_of(const std::optional<store::Origin>& origin) {
  PushExcept except;
  if (origin) except.connections.emplace_back(origin->comet, origin->conn);
  return except;
}

}  // namespace

StoredParts::StoredParts(const Config& config, const std::string& name, IdentityPart& identity, PushPart& push,
                         CometsPart& comets)
    : push_(push),
      comets_(comets),
      store_(config.store, name, sink_),
      chat_(store_, teller(), identity.own_tokens() == nullptr) {
  identity.connections().on_connected([this](Uid uid) { chat_.met(uid); });
  if (identity.own_tokens() == nullptr) return;
  accounts_.emplace(config.accounts, store_, identity,
                    [&gateway = comets.gateway()](const Who& who, std::function<void(Result<std::int32_t>)> done) {
                      Kick kick;
                      kick.uid = who.uid;
                      kick.key = who.key;
                      gateway.kick_everywhere(std::move(kick), std::move(done));
                    });
}

void StoredParts::add_requests(RequestRouter& router) {
  chat_.add_requests(router);
  if (accounts_) accounts_->add_requests(router);
}

void StoredParts::add_metrics(MetricsPage& page) const {
  store_.add_metrics(page);
  chat_.add_metrics(page);
  if (accounts_) accounts_->add_metrics(page);
  const ChatSinkStats& stats = sink_.stats();
  for (const auto& [outcome, value] : {std::pair<const char*, const std::atomic<std::uint64_t>*>{"sent", &stats.sent},
                                       {"failed", &stats.failed},
                                       {"crowded", &stats.crowded}})
    page.counter("im_logic_chat_rows_total", "Committed rows on their way to those online, by outcome.",
                 static_cast<double>(value->load()), {{"outcome", outcome}});
}

void StoredParts::use(HooksPart& hooks) {
  hooks_ = &hooks;
  if (Moderator* moderator = hooks.moderator())
    chat_.check_texts([moderator](const TextCheck& text) {
      return moderator->ask({text.actor, text.conv.value(), text.to.value(), text.type, text.body});
    });
}

TellLive StoredParts::teller() {
  return [this](const std::vector<Uid>& users, const LiveEvent& event) { tell(users, event); };
}

/// Worth something now or never: whoever misses it sees it at the next sync.
void StoredParts::tell(const std::vector<Uid>& users, const LiveEvent& event) {
  ClientEvent out;
  out.json = boost::json::serialize(event.json);
  if (event.kind == LiveKind::kTyping) out.kind = PushClass::kEphemeral;
  out.except = except_of(event.except);
  for (const Uid uid : users) comets_.events().to_user(uid, out, [](const Result<std::int32_t>&) {});
}

void StoredParts::start() {
  ChatSink::Ways ways;
  ways.members = [this](store::ConvId conv) { return chat_.conversations().members_of(conv); };
  ways.push = [this](std::vector<std::int64_t> uids, ChatSink::Event event, std::function<void(Status)> done) {
    PushSpec spec(kEventOp);
    spec.except = except_of(event.except);
    push_.push().to_users(std::move(spec), std::move(uids), std::move(event.json), std::move(done));
  };
  if (hooks_ != nullptr && hooks_->offline() != nullptr)
    ways.offline = [offline = hooks_->offline()](const store::Message& row, const std::vector<Uid>& members,
                                                 std::function<void(Status)> done) {
      offline->row(row, members, std::move(done));
    };
  ways.sent = [this](store::SentMark mark) { store_.store().lanes().sent(mark); };
  ways.epoch = [this] { return store_.store().epoch(); };
  ways.elsewhere = elsewhere_;
  sink_.start(std::move(ways));
  store_.start();
}

void StoredParts::tick(TimePoint now) {
  if (accounts_) accounts_->tick(now);
}

/// What was taken is written before the lanes stop, and what was written leaves before the sink does.
void StoredParts::stop() {
  if (accounts_) accounts_->stop();
  chat_.stop();
  store_.stop_relay();
  sink_.stop();
  store_.stop();
}

}  // namespace im::logic
