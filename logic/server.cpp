#include "logic/server.hpp"

#include <algorithm>
#include <ranges>

#include "common/daemon/self_node.hpp"

namespace im::logic {

namespace {

NodeInfo self_of(const GrpcConfig& grpc, const NodeConfig& node) {
  return self_node(NodeKind::kLogic, node, grpc.reached_at());
}

NodePolicy policy_of(const Config& config, const NodeConfig& node) {
  NodePolicy policy = config.nodes;
  policy.region = node.region;
  policy.heartbeat_s = config.client.heartbeat.count() / 1000;
  policy.heartbeat_max = config.client.heartbeat_max;
  return policy;
}

std::unique_ptr<StoredParts> make_stored(const Config& config, const std::string& name, const StoredParts::Uses& uses) {
  if (config.store.dsn.empty()) return nullptr;
  return std::make_unique<StoredParts>(config, name, uses);
}

std::unique_ptr<MediaPart> make_media(const Config& config, StoredParts* stored) {
  const std::string folder = media_folder(config.media, config.store.dsn);
  if (stored == nullptr || folder.empty()) return nullptr;
  return std::make_unique<MediaPart>(MediaPart::Settings{config.media, config.media_s3, folder}, stored->store());
}

}  // namespace

Server::Server(const Config& config, DaemonContext& context)
    : policy_(policy_of(config, context.node)),
      routers_(config.routers, self_of(config.grpc, context.node), context.health),
      events_(routers_, context.node.name),
      presence_(events_),
      push_(config.kafka, routers_, context.health),
      identity_(config.identity, config.client, routers_, context.health),
      comets_(context.node.name, config.routers.deadline, routers_),
      admin_(config.routers.deadline, routers_, identity_, push_, comets_.gateway()),
      goim_(policy_, routers_, push_),
      push_api_(config.push_api, config.http.body_limit.value, config.grpc.max_connection_age, routers_, push_),
      stored_(make_stored(config, context.node.name, {routers_, identity_, push_, comets_})),
      hooks_(stored_ && config.hooks.any()
                 ? std::make_unique<HooksPart>(config.hooks, HooksPart::Uses{routers_, events_, stored_->store()})
                 : nullptr),
      calls_(stored_ ? std::make_unique<CallsPart>(
                           config.calls,
                           CallsPart::Uses{routers_, events_, comets_, stored_->store(), stored_->conversations()})
                     : nullptr),
      media_(make_media(config, stored_.get())),
      webim_(make_webim(config)),
      chat_presence_(stored_ ? std::make_unique<ChatPresencePart>(
                                   ChatPresencePart::Uses{routers_, events_, stored_->store(), stored_->chat().texts(),
                                                          stored_->teller(), stored_->chat().meet()})
                             : nullptr),
      chat_admin_(make_chat_admin(config)),
      requests_(config.requests, routers_, comets_.gateway(), hello()),
      client_http_(identity_.tokens(), requests_.router(), config.requests.origins),
      web_(config.web, policy_, [this] { return routers_.nodes().nodes(); }),
      rpc_(config.grpc, policy_, identity_, requests_.router(), routers_, push_, context.descriptors),
      http_(config.http, context.descriptors.for_clients() / 2, context.ops),
      console_(make_console(config)),
      parts_{&routers_, &events_,   &presence_, &push_,        &identity_, &comets_, &admin_,
             &goim_,    &push_api_, &requests_, &client_http_, &web_,      &rpc_,    &http_} {
  if (stored_) parts_.insert(std::ranges::find(parts_, static_cast<Part*>(&requests_)), stored_.get());
  if (hooks_) {
    parts_.insert(std::ranges::find(parts_, static_cast<Part*>(stored_.get())), hooks_.get());
    stored_->use(*hooks_);
  }
  if (chat_presence_) {
    parts_.insert(std::ranges::find(parts_, static_cast<Part*>(&requests_)), chat_presence_.get());
    stored_->chat().on_parted([this](Uid one, Uid other) { chat_presence_->part(one, other); });
  }
  if (chat_admin_) parts_.insert(std::ranges::find(parts_, static_cast<Part*>(&requests_)), chat_admin_.get());
  if (calls_) parts_.insert(std::ranges::find(parts_, static_cast<Part*>(&requests_)), calls_.get());
  if (media_) parts_.insert(std::ranges::find(parts_, static_cast<Part*>(&requests_)), media_.get());
  if (webim_) parts_.insert(std::ranges::find(parts_, static_cast<Part*>(&requests_)), webim_.get());
  if (console_) parts_.push_back(console_.get());
  for (Part* part : parts_) part->add_requests(requests_.router());
  identity_.connections().on_replaced(
      [this](const std::vector<SessionInfo>& sessions) { comets_.replaced().tell(sessions); });
  identity_.on_key_gone([this](const std::string& name, std::function<bool()> still) {
    admin_.kicks().end_token_key(name, std::move(still));
  });
  for (Part* part : parts_) part->add_routes(http_.ports());
  http_.add_live_keys(context.live_keys);
  requests_.add_live_keys(context.live_keys);
  add_live_keys(context.live_keys);
  context.metrics.add([this](MetricsPage& page) {
    for (const Part* part : parts_) part->add_metrics(page);
  });
}

Server::~Server() { stop(); }

void Server::add_live_keys(LiveKeys& keys) {
  keys.add("router.addresses", [this](const std::string& toml) { routers_.learn_of(strings_of(toml)); });
  keys.add("client.max_sessions",
           [this](const std::string& toml) { identity_.connections().set_max_sessions(std::stoi(toml)); });
  keys.add("nodes.origins", [this](const std::string& toml) {
    goim_.pages(strings_of(toml));
    web_.pages(strings_of(toml));
  });
  keys.add("requests.origins", [this](const std::string& toml) { client_http_.pages(strings_of(toml)); });
}

webim::WebimPart::MediaPlace Server::page_pictures(const Config& config) const {
  if (!media_) return {};
  return {media_folder(config.media, config.store.dsn),
          config.media.picture_program,
          config.media.origin,
          config.media_s3,
          media_->reserve(),
          config.media.picture_bytes.value};
}

/// With its logins, and its lines on their way to those online.
std::unique_ptr<webim::WebimPart> Server::make_webim(const Config& config) {
  if (!config.webim.enabled) return nullptr;
  auto part = std::make_unique<webim::WebimPart>(
      config.webim,
      webim::WebimPart::Uses{routers_, events_, push_, comets_, stored_->store(), stored_->conversations(),
                             stored_->messages(), stored_->chat().texts(), *calls_, page_pictures(config)});
  identity_.connections().on_family(ClientFamily::kWebim, part->logins());
  if (media_)
    stored_->on_page_media([lobby = part.get(), media = media_.get()](const store::Message& row, Uid reader) {
      return lobby->words_of(row, reader, media->downloads());
    });
  stored_->on_row([lobby = part.get()](const store::Message& row, std::function<void(Status)> done) {
    return lobby->take(row, std::move(done));
  });
  return part;
}

std::unique_ptr<ConsolePart> Server::make_console(const Config& config) {
  if (!config.admin.enabled) return nullptr;
  return std::make_unique<ConsolePart>(
      config.admin, config.web.folder,
      ConsolePart::Uses{routers_, identity_, push_, comets_, admin_, stored_->store(), stored_->chat().groups(),
                        stored_->messages(), stored_->teller()});
}

std::unique_ptr<ChatAdminPart> Server::make_chat_admin(const Config& config) {
  if (!stored_) return nullptr;
  auto end = [this](Uid uid, std::function<void(Status)> done) { end_sessions(uid, std::move(done)); };
  std::function<Result<int>(Uid)> erase_media;
  if (media_) erase_media = [this](Uid uid) { return media_->erase_user(uid); };
  return std::make_unique<ChatAdminPart>(
      config.store, ChatAdminPart::Uses{stored_->store(), stored_->teller(), std::move(end), std::move(erase_media)});
}

/// First the tokens, then the connections: nobody comes in between.
void Server::end_sessions(Uid uid, std::function<void(Status)> done) {
  auto kick = [this, uid, done = std::move(done)](const Status& revoked) {
    if (!revoked.ok()) return done(revoked);
    Kick one;
    one.uid = uid;
    comets_.gateway().kick_everywhere(std::move(one), [done](const Result<std::int32_t>& closed) {
      done(closed.ok() ? Status(Ok{}) : Status(closed.error()));
    });
  };
  if (identity_.revocations() == nullptr) return kick(Ok{});
  identity_.revocations()->revoke(Who{uid, {}}, Revocations::kLongest, std::move(kick));
}

void Server::start() {
  for (Part* part : parts_) part->start();
  watcher_ = std::thread([this] { watch(); });
}

/// What the parts with a store say at a hello.
HelloChat Server::hello() {
  if (!stored_) return {};
  HelloChat hello = stored_->hello();
  hello.said = [this](const Caller& caller) { calls_->said_hello(caller); };
  return hello;
}

void Server::watch() {
  while (!stopping_) {
    for (Part* part : parts_) part->tick(monotonic_now());
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
  }
}

/// Readiness is already down: give running pushes the time until everything handed to Kafka is settled, and their
/// answers the time to leave.
void Server::drain(std::chrono::steady_clock::time_point deadline) {
  http_.stop_accepting();
  if (console_) console_->stop_accepting();
  const auto busy = [this] { return std::ranges::any_of(parts_, [](const Part* part) { return part->busy(); }); };
  while (busy() && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

void Server::stop() {
  if (stopping_.exchange(true)) return;
  if (watcher_.joinable()) watcher_.join();
  for (Part* part : parts_ | std::views::reverse) part->stop();
}

}  // namespace im::logic
