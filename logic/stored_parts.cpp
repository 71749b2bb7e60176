#include "logic/stored_parts.hpp"

#include "common/daemon/metrics.hpp"

namespace im::logic {

namespace {

constexpr std::int32_t kOpEvent = 102;

}  // namespace

StoredParts::StoredParts(const Config& config, const std::string& name, IdentityPart& identity, PushPart& push,
                         SessionEnds::Kick kick)
    : push_(push), store_(config.store, name, sink_), chat_(store_) {
  if (identity.own_tokens() != nullptr) accounts_.emplace(config.accounts, store_, identity, std::move(kick));
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

void StoredParts::start() {
  ChatSink::Ways ways;
  ways.members = [this](store::ConvId conv) { return chat_.conversations().members_of(conv); };
  ways.push = [this](std::vector<std::int64_t> uids, std::string event, std::function<void(Status)> done) {
    push_.push().to_users(kOpEvent, std::move(uids), std::move(event), std::move(done));
  };
  ways.sent = [this](store::SentMark mark) { store_.store().lanes().sent(mark); };
  ways.epoch = [this] { return store_.store().epoch(); };
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
