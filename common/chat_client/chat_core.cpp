#include "common/chat_client/chat_core.hpp"

#include <algorithm>
#include <utility>

#include <boost/json/serialize.hpp>

#include "common/json/strict_json.hpp"

namespace im::chat_client {

namespace json = boost::json;

namespace {

constexpr std::int32_t kOpReply = 101;
constexpr std::int32_t kOpEvent = 102;
constexpr std::int32_t kHelloSeq = 0;  ///< the queue's numbers begin at 1
/// Before hello a packet has at most 4,096 bytes (docs/requests.md). A client with more marks syncs without them.
constexpr std::size_t kMaxHello = 4000;
constexpr std::size_t kOwnKept = 64;

std::optional<json::object> object_in(std::string_view text) {
  auto value = parse_strict_json(text);
  if (!value.ok() || !value.value().is_object()) return std::nullopt;
  return std::move(value).value().get_object();
}

}  // namespace

ChatCore::ChatCore(Config config, Ports ports)
    : config_(std::move(config)),
      ports_(std::move(ports)),
      queue_(config_.times),
      sync_(queue_, config_.sync, {[this](const Row& row) { show(row); }, ports_.reset}) {}

void ChatCore::connected(TimePoint now) {
  now_ = now;
  greeted_ = false;
  hello_until_ = now + config_.times.answer;
  json::object hello{{"cmd", "hello"}, {"device", config_.device}};
  if (!config_.platform.empty()) hello["platform"] = config_.platform;
  if (json::object resume = sync_.resume(); !resume.empty()) hello["resume"] = std::move(resume);
  std::string body = json::serialize(hello);
  if (body.size() > kMaxHello) {
    hello.erase("resume");
    body = json::serialize(hello);
  }
  ports_.write(kHelloSeq, body);
}

void ChatCore::lost() {
  greeted_ = false;
  hello_until_.reset();
  queue_.lost();
}

void ChatCore::packet(std::int32_t op, std::int32_t seq, std::string_view body, TimePoint now) {
  now_ = now;
  if (op != kOpReply && op != kOpEvent) return;
  const auto object = object_in(body);
  if (!object) {
    if (op == kOpReply) drop("an answer is not JSON");
    return;
  }
  if (op == kOpEvent) {
    if (greeted_) on_event(*object, now);
  } else if (!greeted_) {
    if (seq == kHelloSeq && hello_until_) on_hello(*object, now);
  } else {
    queue_.answer(seq, *object, now);
  }
  pump(now);
}

void ChatCore::tick(TimePoint now) {
  now_ = now;
  if (hello_until_ && now >= *hello_until_) return drop("hello was not answered");
  if (!greeted_) return;
  if (queue_.overdue(now)) return drop("a request was not answered");
  sync_.tick(now);
  pump(now);
}

std::optional<TimePoint> ChatCore::due() const {
  if (hello_until_) return hello_until_;
  if (!greeted_) return std::nullopt;
  const auto one = queue_.due(), other = sync_.due();
  if (!one || !other) return one ? one : other;
  return std::min(*one, *other);
}

bool ChatCore::request(Request request, TimePoint now) {
  now_ = now;
  if (text_of(request.body, "cmd").starts_with("msg.")) {
    request.done = [this, asked = request.body, done = std::move(request.done)](const json::object& answer) {
      on_written(asked, answer);
      if (done) done(answer);
    };
  }
  if (!queue_.add(std::move(request))) return false;
  pump(now);
  return true;
}

bool ChatCore::send(json::object to, std::string_view text, std::string_view key, Answered done, TimePoint now) {
  to["cmd"] = "msg.send";
  to["client_msg_id"] = json::string_view(key.data(), key.size());
  to["body"] = json::string_view(text.data(), text.size());
  return request({std::move(to), std::move(done)}, now);
}

void ChatCore::look(TimePoint now) {
  sync_.look();
  pump(now);
}

void ChatCore::on_hello(const json::object& answer, TimePoint now) {
  if (!flag_of(answer, "ok")) return drop("hello was refused: " + text_of(answer, "error"));
  hello_until_.reset();
  greeted_ = true;
  uid_ = number_of(answer, "uid");
  queue_.open();
  sync_.greeted(answer, now);
  if (ports_.ready) ports_.ready(answer);
}

void ChatCore::on_event(const json::object& event, TimePoint now) {
  const std::string cmd = text_of(event, "cmd");
  if (cmd == "msg.new" || cmd == "msg.changed") {
    auto row = read_row(event);
    if (!row) return;
    if (ports_.heard) ports_.heard(*row);
    sync_.take(std::move(*row), text_of(event, "epoch"), now);
  } else if (ports_.event) {
    ports_.event(event);
  }
}

/// The connection that wrote a row may hear of it by its answer only.
void ChatCore::on_written(const json::object& asked, const json::object& answer) {
  const ConvId conv = number_of(answer, "conv_id");
  const Seq seq = number_of(answer, "seq");
  if (!flag_of(answer, "ok") || conv < 1 || seq < 1) return;
  if (text_of(asked, "cmd") != "msg.send") return sync_.note(conv, seq, now_);
  Row row{conv, seq, "message", text_of(asked, "type"), uid_, text_of(asked, "body"), number_of(answer, "ts")};
  if (row.type.empty()) row.type = "text";
  row.ref_seq = number_of(asked, "reply_to");
  row.key = text_of(asked, "client_msg_id");
  // A number that was shown already, with another row: the store went back, and no event has said so yet.
  if (seq <= sync_.mark(conv) && std::find(own_.begin(), own_.end(), row.key) == own_.end()) sync_.look();
  sync_.take(std::move(row), "", now_);
}

void ChatCore::show(const Row& row) {
  if (!row.key.empty()) own_.push_back(row.key);
  if (own_.size() > kOwnKept) own_.pop_front();
  ports_.row(row);
}

void ChatCore::pump(TimePoint now) {
  if (!greeted_) return;
  if (const auto next = queue_.next(now)) ports_.write(next->seq, next->body);
}

void ChatCore::drop(const std::string& why) {
  lost();
  if (ports_.drop) ports_.drop(why);
}

}  // namespace im::chat_client
