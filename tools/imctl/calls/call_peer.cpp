#include "tools/imctl/calls/call_peer.hpp"

#include <utility>

#include <boost/json/serialize.hpp>

#include "common/chat_client/row.hpp"
#include "common/json/strict_json.hpp"

namespace im::imctl {

namespace json = boost::json;
using chat_client::flag_of;
using chat_client::number_of;
using chat_client::text_of;

namespace {

constexpr std::int32_t kOpAsk = 100;
constexpr std::int32_t kOpAnswer = 101;
constexpr std::int32_t kOpTold = 102;

client::Config link_config(client::Address comet, std::string token) {
  client::Config config;
  config.address = std::move(comet);
  config.token = std::move(token);
  config.backoff = {.base = std::chrono::milliseconds(200), .max = std::chrono::milliseconds(3000)};
  return config;
}

}  // namespace

CallPeer::CallPeer(boost::asio::io_context& context, client::Address comet, std::string token, std::string device)
    : device_(std::move(device)),
      comet_(comet.text()),
      link_(context, link_config(std::move(comet), std::move(token)),
            {[this](const client::Status& status) { on_status(status); },
             [this](const client::Message& message) { on_message(message); }}) {}

void CallPeer::ask(const json::object& body, Answered done) {
  const std::int32_t seq = ++seq_;
  asked_[seq] = std::move(done);
  link_.send(kOpAsk, seq, json::serialize(body));
}

void CallPeer::on_status(const client::Status& status) {
  if (status.state == client::State::kConnecting) return;
  const bool was = std::exchange(greeted_, false);
  asked_.clear();
  reached_ = reached_ || status.state == client::State::kConnected || status.turned_away > 0;
  if (status.state == client::State::kConnected)
    return ask({{"cmd", "hello"}, {"device", device_}}, [this](const json::object& answer) { on_hello(answer); });
  problem_ = status.why;
  if (was && handlers_.lost) handlers_.lost(status.why);
}

void CallPeer::on_hello(const json::object& answer) {
  if (!flag_of(answer, "ok")) return link_.reconnect("hello was refused: " + text_of(answer, "error"));
  uid_ = number_of(answer, "uid");
  greeted_ = true;
}

void CallPeer::on_message(const client::Message& message) {
  if (message.op != kOpAnswer && message.op != kOpTold) return;
  const auto value = parse_strict_json(message.body);
  if (!value.ok() || !value.value().is_object()) return link_.reconnect("what came is no JSON object");
  const json::object& object = value.value().get_object();
  if (message.op == kOpTold) {
    if (greeted_ && handlers_.event) handlers_.event(object);
    return;
  }
  const auto found = asked_.find(message.seq);
  if (found == asked_.end()) return;
  const Answered done = std::move(found->second);
  asked_.erase(found);
  if (done) done(object);
}

}  // namespace im::imctl
