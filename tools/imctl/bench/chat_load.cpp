#include "tools/imctl/bench/chat_load.hpp"

#include <algorithm>
#include <utility>

#include <boost/json/array.hpp>

#include "common/base/clock.hpp"

namespace im::imctl {

namespace json = boost::json;
using chat_client::flag_of;
using chat_client::number_of;

namespace {

constexpr std::chrono::milliseconds kStep{10};
constexpr std::chrono::milliseconds kLook{200};
constexpr std::size_t kMostWaiting = 500;  ///< of one device; what is due beyond it is held back and counted

Duration every(double per_second) {
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(1 / per_second));
}

}  // namespace

ChatLoad::ChatLoad(boost::asio::io_context& context, ChatLoadSettings settings, const std::vector<ChatUser>& users)
    : context_(context),
      timer_(context),
      settings_(std::move(settings)),
      random_(settings_.seed),
      settling_({.quiet = settings_.settle}) {
  for (const ChatUser& user : users) {
    uids_.push_back(user.devices[0].uid);
    of_user_.emplace_back();
    for (const ChatTokens& tokens : user.devices) {
      of_user_.back().push_back(devices_.size());
      add_device(tokens);
    }
  }
  for (Talk& talk : plan_talks({users.size(), settings_.conversations, settings_.groups, settings_.members})) {
    Conversation conversation{std::move(talk), {}};
    for (const std::size_t user : conversation.talk.users)
      for (const std::size_t device : of_user_[user]) conversation.devices.push_back(device);
    conversations_.push_back(std::move(conversation));
  }
}

ChatLoad::~ChatLoad() {
  for (Device& device : devices_) device.client->stop();
}

void ChatLoad::add_device(const ChatTokens& tokens) {
  const std::size_t index = devices_.size();
  chat_client::ChatClient::Config config;
  config.connection.address = settings_.comets[index % settings_.comets.size()];
  for (std::size_t i = 1; i < settings_.comets.size(); ++i)
    config.connection.others.push_back(settings_.comets[(index + i) % settings_.comets.size()]);
  config.connection.token = tokens.token;
  config.connection.backoff = {.base = std::chrono::milliseconds(200), .max = std::chrono::milliseconds(3000)};
  config.chat.device = "bench-" + std::to_string(index);
  chat_client::ChatClient::Handlers handlers;
  handlers.row = [this, index](const chat_client::Row& row) { ledger_.shown(index, row, monotonic_now()); };
  handlers.heard = [this, index](const chat_client::Row& row) { ledger_.heard(index, row, monotonic_now()); };
  handlers.reset = [this, index] {
    ledger_.reset(index);
    ++resets_;
  };
  handlers.ready = [this, index](const json::object&) {
    devices_[index].there = true;
    ledger_.present(index, true, monotonic_now());
  };
  handlers.status = [this, index](const client::Status& status) {
    if (!client::is_loss(status.state)) return;
    losses_ += devices_[index].there ? 1 : 0;
    devices_[index].there = false;
    ledger_.present(index, false, monotonic_now());
  };
  Device device;
  device.client = std::make_unique<chat_client::ChatClient>(context_, std::move(config), std::move(handlers));
  devices_.push_back(std::move(device));
}

void ChatLoad::start(std::function<void()> begun, std::function<void()> ended) {
  begun_ = std::move(begun);
  ended_ = std::move(ended);
  for (Device& device : devices_) device.client->start();
  for (std::size_t i = 0; i < conversations_.size(); ++i) open(i);
  begin();
}

void ChatLoad::open(std::size_t index) {
  auto done = [this, index](const json::object& answer) {
    Conversation& opened = conversations_[index];
    opened.conv = number_of(answer, "conv_id");
    if (opened.conv < 1) return;
    for (const std::size_t user : opened.talk.users)
      for (const std::size_t device : of_user_[user]) ledger_.member(device, opened.conv, uids_[user]);
    ++opened_;
  };
  const Conversation& conversation = conversations_[index];
  devices_[conversation.devices[0]].client->request({opening(conversation.talk), std::move(done)});
}

json::object ChatLoad::opening(const Talk& talk) const {
  if (!talk.group) return {{"cmd", "conv.open"}, {"to", uids_[talk.users[1]]}};
  json::array members;
  for (const std::size_t user : talk.users) members.emplace_back(uids_[user]);
  return {{"cmd", "group.create"}, {"name", "bench"}, {"members", std::move(members)}};
}

void ChatLoad::after(std::chrono::milliseconds wait, void (ChatLoad::*then)()) {
  timer_.expires_after(wait);
  timer_.async_wait([this, then](const boost::system::error_code& error) {
    if (!error) (this->*then)();
  });
}

void ChatLoad::begin() {
  const bool whole = std::all_of(devices_.begin(), devices_.end(), [](const Device& device) {
    return device.there && device.client->sync().whole() && device.client->waiting() == 0;
  });
  if (!whole || opened_ < conversations_.size()) return after(kLook, &ChatLoad::begin);
  started_ = next_cut_ = next_read_ = monotonic_now();
  sending_until_ = settings_.length.count() > 0 ? started_ + settings_.length : TimePoint::max();
  begun_();
  do_due();
}

void ChatLoad::do_due() {
  const TimePoint now = monotonic_now();
  if (now >= sending_until_) return settle();
  const auto due = static_cast<std::uint64_t>(std::chrono::duration<double>(now - started_).count() * settings_.rate);
  while (made_ < due) send_one();
  if (settings_.reads > 0 && now >= next_read_) read_one();
  if (settings_.churn > 0 && now >= next_cut_) cut_one();
  after(kStep, &ChatLoad::do_due);
}

void ChatLoad::send_one() {
  const std::uint64_t number = made_++;
  const Conversation& in = conversations_[random_() % conversations_.size()];
  const std::size_t from = in.devices[random_() % in.devices.size()];
  if (devices_[from].client->waiting() >= kMostWaiting) {
    ++held_;
    return;
  }
  const std::string text = "message " + std::to_string(settings_.seed) + "." + std::to_string(number);
  ledger_.sent(text, from, monotonic_now());
  auto done = [this, text](const json::object& answer) {
    if (flag_of(answer, "ok")) {
      ledger_.acked(text, number_of(answer, "conv_id"), number_of(answer, "seq"), monotonic_now());
    } else {
      ledger_.refused(text);
    }
  };
  devices_[from].client->send({{"conv_id", in.conv}}, text, text, std::move(done));
}

/// Somebody has read what their device shows.
void ChatLoad::read_one() {
  next_read_ += every(settings_.reads);
  const Conversation& in = conversations_[random_() % conversations_.size()];
  const std::size_t by = in.devices[random_() % in.devices.size()];
  chat_client::ChatClient& client = *devices_[by].client;
  const chat_client::Seq seq = client.sync().mark(in.conv);
  if (seq == 0 || client.waiting() >= kMostWaiting) return;
  ledger_.reading(by, in.conv, seq);
  auto done = [this, by, conv = in.conv, seq](const json::object& answer) {
    if (flag_of(answer, "ok")) ledger_.read(by, conv, seq);
  };
  client.request({{{"cmd", "read"}, {"conv_id", in.conv}, {"seq", seq}}, std::move(done)});
}

void ChatLoad::cut_one() {
  next_cut_ += every(settings_.churn);
  devices_[random_() % devices_.size()].client->reconnect("cut by the bench");
}

void ChatLoad::settle() {
  settling_.tick(monotonic_now(), ledger_.news());
  if (!all_is_told() && !settling_.over()) return after(kLook, &ChatLoad::settle);
  // A device that is not told of a newest row finds it when it asks.
  if (!std::exchange(looked_, true)) {
    for (Device& device : devices_) device.client->look();
    return after(kLook, &ChatLoad::settle);
  }
  present_at_end_ = present();
  ledger_.close();
  ended_();
}

bool ChatLoad::all_is_told() const {
  const bool idle = std::all_of(devices_.begin(), devices_.end(), [](const Device& device) {
    return device.there && device.client->waiting() == 0 && device.client->sync().whole();
  });
  return idle && ledger_.open() == 0 && ledger_.unheard() == 0;
}

void ChatLoad::read_end(std::function<void(const std::string& problem)> then) {
  read_ = std::move(then);
  std::vector<ChatEnd::Conversation> all;
  for (const Conversation& one : conversations_) all.push_back({one.conv, one.devices});
  auto ask = [this](std::size_t device, chat_client::Request request) {
    devices_[device].client->request(std::move(request));
  };
  end_ = std::make_unique<ChatEnd>(all, std::move(ask), PatientReader::Times());
  read_on();
}

void ChatLoad::read_on() {
  PatientReader& reader = end_->reader();
  reader.tick(monotonic_now());
  if (reader.done() || reader.given_up()) return read_(reader.problem());
  after(kLook, &ChatLoad::read_on);
}

ChatLedger::Counters ChatLoad::judge() {
  end_->tell(ledger_);
  return ledger_.judge(end_->store());
}

std::size_t ChatLoad::present() const {
  if (present_at_end_) return *present_at_end_;
  return static_cast<std::size_t>(
      std::count_if(devices_.begin(), devices_.end(), [](const Device& device) { return device.there; }));
}

}  // namespace im::imctl
