#include <boost/asio/dispatch.hpp>
#include <boost/asio/write.hpp>

#include "common/base/clock.hpp"
#include "common/base/log.hpp"
#include "common/http/cors.hpp"
#include "common/http/incoming.hpp"
#include "common/http/serialize.hpp"
#include "common/http/streaming.hpp"

namespace im::http {

namespace {

namespace asio = boost::asio;

HttpResponse plain(int status, std::string body) {
  return {.status = status, .content_type = "text/plain", .body = std::move(body), .headers = {}};
}

HttpResponse refusal(int status, const std::string& text) {
  std::string body = "{\"code\":" + std::to_string(status == 403 ? -403 : -400) + ",\"message\":\"" + text + "\"}";
  return {.status = status, .body = std::move(body), .headers = {}};
}

}  // namespace

/// Answers its slot once; a handler that lets go of it without an answer has failed.
class HttpConnection::Answer {
 public:
  Answer(std::shared_ptr<HttpConnection> connection, SlotRef slot)
      : connection_(std::move(connection)), slot_(std::move(slot)) {}
  Answer(const Answer&) = delete;
  Answer& operator=(const Answer&) = delete;
  ~Answer() {
    give({.status = 500, .content_type = "application/json", .body = "{\"error\":\"no answer\"}", .headers = {}});
  }

  void give(HttpResponse response) {
    if (given_.exchange(true)) return;
    const auto executor = connection_->socket_.get_executor();
    asio::dispatch(executor,
                   [connection = std::move(connection_), slot = std::move(slot_),
                    response = std::move(response)]() mutable { connection->answer(slot, std::move(response)); });
  }

 private:
  std::atomic<bool> given_{false};
  std::shared_ptr<HttpConnection> connection_;
  SlotRef slot_;
};

HttpConnection::SlotRef HttpConnection::add_slot(const Incoming& incoming) {
  auto slot = std::make_shared<Slot>();
  slot->last = !incoming.keep_alive;
  slot->head_only = incoming.head.request.method == "HEAD";
  slot->http10 = incoming.head.http10;
  slot->weight = incoming.head.request.body.size();
  slot->begun = incoming.ended.value_or(monotonic_now());  // a sink may still have had much to do
  if (incoming.route != nullptr) slot->stats = incoming.route->stats.get();
  under_way_ += slot->weight;
  const HttpCors* cors = incoming.route == nullptr ? nullptr : incoming.route->cors.get();
  slot->extra = cors_headers(cors, incoming.head.request.header("origin"));
  slots_.push_back(slot);
  return slot;
}

void HttpConnection::dispatch(Incoming& incoming) {
  if (finished_) return;
  auto given = std::make_shared<Answer>(shared_from_this(), add_slot(incoming));
  const HttpReply reply = [given](HttpResponse response) { given->give(std::move(response)); };
  if (incoming.route == nullptr) {
    if (incoming.place == nullptr || !incoming.place->says_405()) return reply(plain(404, "404 page not found"));
    HttpResponse response = refusal(405, "this address takes " + joined(incoming.place->allow()));
    response.headers.emplace_back("Allow", joined(incoming.place->allow()));
    return reply(std::move(response));
  }
  try {
    incoming.route->handler(std::move(incoming.request()), reply);
  } catch (const std::exception& error) {
    log::error("http handler failed", {{"why", error.what()}});
  }
}

void HttpConnection::refuse(int status, const std::string& text) {
  Incoming nothing;
  no_more_ = true;
  shared_.refusals.tell(text, peer_);
  answer(add_slot(nothing), refusal(status, text));
}

/// Its head is still in the buffer. The words are those of the route that its first line names, if it names one, and
/// HEAD hears none; nothing else is taken from a head that is no good.
void HttpConnection::refuse_head(int status, const std::string& text) {
  const auto [method, path] = begun_request(buffer_);
  Incoming unread;
  unread.head.request.method = method;
  unread.route = shared_.routes.find(method, path).route;
  refuse(unread, status, text);
}

/// In the words of the route, once it is known.
void HttpConnection::refuse(const Incoming& incoming, int status, const std::string& text) {
  no_more_ = true;
  shared_.refusals.tell(text, peer_);
  const auto slot = add_slot(incoming);
  slot->last = true;
  const bool own = incoming.route != nullptr && incoming.route->refusal != nullptr;
  answer(slot, own ? incoming.route->refusal(incoming.head.request, status, text) : refusal(status, text));
}

void HttpConnection::answer(const SlotRef& slot, HttpResponse response) {
  if (slot->ready) return;
  if (slot->stats != nullptr) slot->stats->answered(response.status, monotonic_now() - slot->begun);
  const bool newest = !slots_.empty() && slots_.back() == slot && buffer_.empty();
  if (shared_.draining && newest) slot->last = true;
  const bool sourced = response.source != nullptr && !slot->head_only && !never_has_body(response.status);
  // HTTP/1.0 knows the end of such a body by the end of the connection only.
  if (sourced && slot->http10 && !response.source->size()) slot->last = no_more_ = true;
  slot->bytes = serialize(response, slot->extra, {slot->last, slot->head_only, slot->http10});
  if (sourced) slot->source = std::move(response.source);
  slot->ready = true;
  under_way_ = under_way_ - slot->weight + slot->bytes.size();
  slot->weight = slot->bytes.size();
  pump();
}

/// Writes all answers that are next in order; ends when the last one has left and nothing more is read.
void HttpConnection::pump() {
  if (write_in_flight_ || streaming_ != nullptr || finished_) return;
  bool last = false;
  while (!slots_.empty() && slots_.front()->ready && !last && streaming_ == nullptr) {
    Slot& slot = *slots_.front();
    writing_ += slot.bytes;
    last = slot.last;
    if (slot.source != nullptr) streaming_ = std::make_shared<Streaming>(std::move(slot.source), slot.http10);
    slots_.pop_front();
  }
  if (!writing_.empty()) return write(last);
  if (no_more_ && slots_.empty()) finish();
}

void HttpConnection::write(bool last) {
  write_in_flight_ = true;
  write_deadline_.expires_after(std::chrono::milliseconds(shared_.config.write_timeout_ms));
  write_deadline_.async_wait([self = shared_from_this()](boost::system::error_code error) {
    if (error || !self->write_in_flight_) return;
    ++self->shared_.timeouts;
    boost::system::error_code ignored;
    self->socket_.close(ignored);
  });
  asio::async_write(socket_, asio::buffer(writing_),
                    [self = shared_from_this(), last](boost::system::error_code error, std::size_t) {
                      self->written(static_cast<bool>(error), last);
                    });
}

void HttpConnection::written(bool failed, bool last) {
  write_in_flight_ = false;
  write_deadline_.cancel();
  under_way_ -= streamed_ ? 0 : writing_.size();
  streamed_ = false;
  writing_.clear();
  room_.cancel();
  if (streaming_ != nullptr && !failed) return stream(last);
  if (failed || last) give_up();
  pump();
  note_idle();
  end_if_idle();
}

/// Nothing of what is under way is answered any more.
void HttpConnection::give_up() {
  no_more_ = true;
  streaming_.reset();
  for (const SlotRef& slot : slots_) slot->ready = true;  // an answer that comes now is for nobody
  slots_.clear();
  under_way_ = 0;
  room_.cancel();
}

/// The next piece of the body.
void HttpConnection::stream(bool last) {
  if (streaming_->over()) {
    streaming_.reset();
    return written(false, last);
  }
  streaming_->next(socket_.get_executor(), [self = shared_from_this(), last](std::optional<std::string> bytes) {
    if (self->streaming_ == nullptr) return;
    if (!bytes) {  // the peer must see that it is not whole
      boost::system::error_code ignored;
      self->give_up();
      self->socket_.close(ignored);
      return;
    }
    if (bytes->empty()) return self->stream(last);
    self->writing_ = std::move(*bytes);
    self->streamed_ = true;
    self->write(last);
  });
}

}  // namespace im::http
