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
constexpr std::chrono::seconds kReadTime{60};
constexpr std::size_t kMostWaiting = 500;  ///< of one device; what is due beyond it is held back and counted

}  // namespace

ChatLoad::ChatLoad(boost::asio::io_context& context, ChatLoadSettings settings, const std::vector<ChatUser>& users)
    : context_(context), timer_(context), settings_(std::move(settings)), random_(settings_.seed) {
  std::vector<std::vector<std::size_t>> of_user;
  for (const ChatUser& user : users) {
    of_user.emplace_back();
    for (const ChatTokens& tokens : user.devices) {
      of_user.back().push_back(devices_.size());
      add_device(tokens);
    }
  }
  // Each conversation has its own two users as long as there are enough; later ones meet users that have one already.
  for (std::size_t i = 0; i < settings_.conversations; ++i) {
    const std::size_t round = 2 * i / users.size();
    const std::size_t one = 2 * i % users.size(), other = (2 * i + 1 + 2 * round) % users.size();
    Pair pair;
    for (const auto& [user, peer] : {std::pair{one, other}, std::pair{other, one}}) {
      for (const std::size_t device : of_user[user]) {
        pair.devices.push_back(device);
        pair.peers.push_back(users[peer].devices[0].uid);
      }
    }
    pairs_.push_back(std::move(pair));
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
    if (status.state != client::State::kWaiting) return;
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
  for (std::size_t i = 0; i < pairs_.size(); ++i) open_pair(i);
  begin();
}

void ChatLoad::open_pair(std::size_t index) {
  Pair& pair = pairs_[index];
  auto done = [this, index](const json::object& answer) {
    Pair& opened = pairs_[index];
    opened.conv = number_of(answer, "conv_id");
    if (opened.conv < 1) return;
    for (const std::size_t device : opened.devices) ledger_.member(device, opened.conv);
    ++opened_;
  };
  devices_[pair.devices[0]].client->request({{{"cmd", "conv.open"}, {"to", pair.peers[0]}}, std::move(done)});
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
  if (!whole || opened_ < pairs_.size()) return after(kLook, &ChatLoad::begin);
  started_ = next_cut_ = monotonic_now();
  sending_until_ = settings_.length.count() > 0 ? started_ + settings_.length : TimePoint::max();
  begun_();
  send_due();
}

void ChatLoad::send_due() {
  const TimePoint now = monotonic_now();
  if (now >= sending_until_) {
    settle_until_ = now + settings_.settle;
    return settle();
  }
  const auto due = static_cast<std::uint64_t>(std::chrono::duration<double>(now - started_).count() * settings_.rate);
  while (made_ < due) send_one();
  if (settings_.churn > 0 && now >= next_cut_) cut_one();
  after(kStep, &ChatLoad::send_due);
}

void ChatLoad::send_one() {
  const std::uint64_t number = made_++;
  const Pair& pair = pairs_[random_() % pairs_.size()];
  const std::size_t from = pair.devices[random_() % pair.devices.size()];
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
  devices_[from].client->send({{"conv_id", pair.conv}}, text, text, std::move(done));
}

void ChatLoad::cut_one() {
  next_cut_ += std::chrono::duration_cast<Duration>(std::chrono::duration<double>(1 / settings_.churn));
  devices_[random_() % devices_.size()].client->reconnect("cut by the bench");
}

void ChatLoad::settle() {
  const bool quiet = std::all_of(devices_.begin(), devices_.end(), [](const Device& device) {
    return device.there && device.client->waiting() == 0 && device.client->sync().whole();
  });
  const bool done = quiet && ledger_.open() == 0 && ledger_.unheard() == 0;
  if (!done && monotonic_now() < settle_until_) return after(kLook, &ChatLoad::settle);
  // A device that is not told of a newest row finds it when it asks.
  if (!std::exchange(settling_, true)) {
    for (Device& device : devices_) device.client->look();
    return after(kLook, &ChatLoad::settle);
  }
  ended_();
}

void ChatLoad::read_store(std::function<void(bool)> then) {
  read_ = std::move(then);
  after(kReadTime, &ChatLoad::give_up_reading);
  read_page(0, 0);
}

void ChatLoad::give_up_reading() { read_(false); }

/// One conversation after the other.
void ChatLoad::read_page(std::size_t index, chat_client::Seq after_seq) {
  if (index == pairs_.size()) return read_(true);
  const Pair& pair = pairs_[index];
  auto done = [this, index, conv = pair.conv, after_seq](const json::object& answer) {
    const json::value* rows = answer.if_contains("messages");
    if (rows == nullptr || !rows->is_array()) return read_(false);
    chat_client::Seq last = after_seq;
    for (const json::value& value : rows->get_array()) {
      auto row = value.is_object() ? chat_client::read_row(value.get_object()) : std::nullopt;
      if (!row) return read_(false);
      last = row->seq;
      store_[conv].push_back(std::move(*row));
    }
    read_page(flag_of(answer, "has_more") ? index : index + 1, flag_of(answer, "has_more") ? last : 0);
  };
  devices_[pair.devices[0]].client->request(
      {{{"cmd", "sync"}, {"conv_id", pair.conv}, {"after_seq", after_seq}}, std::move(done)});
}

std::size_t ChatLoad::present() const {
  return static_cast<std::size_t>(
      std::count_if(devices_.begin(), devices_.end(), [](const Device& device) { return device.there; }));
}

}  // namespace im::imctl
