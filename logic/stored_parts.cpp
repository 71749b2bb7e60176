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

StoredParts::StoredParts(const Config& config, const std::string& name, const Uses& uses)
    : push_(uses.push),
      comets_(uses.comets),
      store_(config.store, name, sink_),
      chat_(store_, teller(), uses.identity.own_tokens() == nullptr),
      rooms_(store_.store(), uses.routers.sessions(), uses.comets.gateway(), {.most = config.store.room_above}) {
  IdentityPart& identity = uses.identity;
  identity.connections().on_connected([this](Uid uid) { chat_.met(uid); });
  if (identity.own_tokens() == nullptr) return;
  accounts_.emplace(
      config.accounts, store_, identity,
      [&gateway = uses.comets.gateway()](const Who& who, std::function<void(Result<std::int32_t>)> done) {
        Kick kick;
        kick.uid = who.uid;
        kick.key = who.key;
        gateway.kick_everywhere(std::move(kick), std::move(done));
      },
      [&texts = chat_.texts()](const Caller& caller, const std::string& wanted) {
        return texts.pass({{caller.uid, caller.device, caller.client_ip}, {}, {}, "name", wanted},
                          AccountRequests::kMaxName);
      });
}

HelloChat StoredParts::hello() {
  HelloChat hello = chat_.hello();
  hello.enter = [this](const Caller& caller, std::function<void(Status)> done) {
    rooms_.enter(caller.uid, caller.comet, caller.conn, std::move(done));
  };
  return hello;
}

void StoredParts::add_requests(RequestRouter& router) {
  chat_.add_requests(router);
  if (accounts_) accounts_->add_requests(router);
}

void StoredParts::add_metrics(MetricsPage& page) const {
  store_.add_metrics(page);
  chat_.add_metrics(page);
  if (accounts_) accounts_->add_metrics(page);
  const GroupRooms::Stats& rooms = rooms_.stats();
  for (const auto& [outcome, value] :
       {std::pair<const char*, const std::atomic<std::uint64_t>*>{"opened", &rooms.opened},
        {"closed", &rooms.closed},
        {"failed", &rooms.failed}})
    page.counter("im_logic_group_rooms_total", "Rooms of large groups, by what became of them.",
                 static_cast<double>(value->load()), {{"outcome", outcome}});
  const ChatSinkStats& stats = sink_.stats();
  for (const auto& [outcome, value] : {std::pair<const char*, const std::atomic<std::uint64_t>*>{"sent", &stats.sent},
                                       {"failed", &stats.failed},
                                       {"crowded", &stats.crowded},
                                       {"in_hand", &stats.in_hand}})
    page.counter("im_logic_chat_rows_total", "Committed rows on their way to those online, by outcome.",
                 static_cast<double>(value->load()), {{"outcome", outcome}});
}

void StoredParts::use(HooksPart& hooks) {
  hooks_ = &hooks;
  if (Moderator* moderator = hooks.moderator())
    chat_.texts().use([moderator](const chat::TextCheck& text) {
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

void StoredParts::add_room_ways(ChatSink::Ways& ways) {
  ways.room_way = [this](const store::Message& row) -> Result<ChatSink::RoomWay> {
    const auto way = rooms_.way_of(row);
    if (!way.ok()) return way.error();
    ChatSink::RoomWay out{.use = way.value().room, .also = {}};
    for (const Uid uid : way.value().also) out.also.push_back(uid.value());
    return out;
  };
  ways.push_room = [this](store::ConvId conv, ChatSink::Event event, std::function<void(Status)> done) {
    PushSpec spec(kEventOp);
    spec.except = except_of(event.except);
    push_.push().to_room(std::move(spec), GroupRooms::room_of(conv).value(), std::move(event.json), std::move(done));
  };
}

void StoredParts::start() {
  ChatSink::Ways ways;
  ways.members = [this](store::ConvId conv, store::Seq seq) { return chat_.conversations().readers_of(conv, seq); };
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
  add_room_ways(ways);
  ways.elsewhere = elsewhere_;
  ways.page_words = page_words_;
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
  rooms_.stop();
  store_.stop();
}

}  // namespace im::logic
