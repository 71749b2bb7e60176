#include "common/chat_client/chat_client.hpp"

#include <utility>

#include <boost/asio/steady_timer.hpp>

#include "common/base/clock.hpp"

namespace im::chat_client {

namespace {

constexpr std::int32_t kOpAuth = 7;
constexpr std::int32_t kOpRequest = 100;

}  // namespace

struct ChatClient::Impl : std::enable_shared_from_this<ChatClient::Impl> {
  Impl(boost::asio::io_context& context, Config given, Handlers callbacks)
      : handlers(std::move(callbacks)),
        timer(context),
        core(std::move(given.chat), ports()),
        link(context, std::move(given.connection),
             {[this](const client::Status& status) { on_status(status); },
              [this](const client::Message& message) { on_message(message); }}) {}

  ChatCore::Ports ports() {
    ChatCore::Ports ports;
    ports.write = [this](std::int32_t seq, std::string_view body) { link.send(kOpRequest, seq, body); };
    ports.row = handlers.row;
    ports.heard = handlers.heard;
    ports.reset = handlers.reset;
    ports.event = handlers.event;
    ports.ready = handlers.ready;
    ports.drop = [this](const std::string& why) { link.reconnect(why); };
    return ports;
  }

  void on_status(const client::Status& status) {
    if (status.state == client::State::kConnected) core.connected(monotonic_now());
    if (client::is_loss(status.state)) core.lost();
    if (handlers.status) handlers.status(status);
    arm();
  }

  void on_message(const client::Message& message) {
    core.packet(message.op, message.seq, message.body, monotonic_now());
    arm();
  }

  /// One timer for all that the core waits for.
  void arm() {
    const auto due = core.due();
    if (stopped || !due) {
      timer.cancel();
      armed.reset();
      return;
    }
    if (armed && *armed == *due) return;
    armed = due;
    timer.expires_at(*due);
    timer.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
      if (error || self->stopped) return;
      self->armed.reset();
      self->core.tick(monotonic_now());
      self->arm();
    });
  }

  Handlers handlers;
  boost::asio::steady_timer timer;
  std::optional<TimePoint> armed;
  bool stopped = false;
  ChatCore core;
  client::Client link;
};

ChatClient::ChatClient(boost::asio::io_context& context, Config config, Handlers handlers)
    : impl_(std::make_shared<Impl>(context, std::move(config), std::move(handlers))) {}
ChatClient::~ChatClient() { stop(); }

void ChatClient::start() { impl_->link.start(); }

void ChatClient::stop() {
  impl_->stopped = true;
  impl_->timer.cancel();
  impl_->link.stop();
}

void ChatClient::renew(const std::string& token) {
  impl_->link.set_token(token);
  impl_->link.send(kOpAuth, 0, token);
}

void ChatClient::reconnect(const std::string& why) { impl_->link.reconnect(why); }

bool ChatClient::request(Request request) {
  const bool taken = impl_->core.request(std::move(request), monotonic_now());
  impl_->arm();
  return taken;
}

bool ChatClient::send(boost::json::object to, std::string_view text, std::string_view key, Answered done) {
  const bool taken = impl_->core.send(std::move(to), text, key, std::move(done), monotonic_now());
  impl_->arm();
  return taken;
}

void ChatClient::look() {
  impl_->core.look(monotonic_now());
  impl_->arm();
}

void ChatClient::begin(const std::string& epoch, const boost::json::object& marks) { impl_->core.begin(epoch, marks); }
const ChatSync& ChatClient::sync() const { return impl_->core.sync(); }
std::int64_t ChatClient::uid() const { return impl_->core.uid(); }
std::size_t ChatClient::waiting() const { return impl_->core.waiting(); }

}  // namespace im::chat_client
