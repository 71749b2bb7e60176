#include "common/redis/connection.hpp"

#include <utility>

#include <boost/asio/post.hpp>

#include "common/redis/answer.hpp"

namespace im::redis {

namespace {

constexpr int kDeepest = 8;  // arrays in arrays: nothing we ask for has more

Reply to_reply(const redisReply& from, int depth = 0) {
  using Kind = Reply::Kind;
  Reply reply;
  switch (from.type) {
    case REDIS_REPLY_INTEGER:
      reply.kind = Kind::kInteger;
      reply.integer = from.integer;
      break;
    case REDIS_REPLY_ARRAY:
      reply.kind = Kind::kArray;
      for (std::size_t i = 0; i < from.elements && depth < kDeepest; ++i)
        reply.items.push_back(to_reply(*from.element[i], depth + 1));
      break;
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
    case REDIS_REPLY_ERROR:
      reply.kind = from.type == REDIS_REPLY_STRING   ? Kind::kString
                   : from.type == REDIS_REPLY_STATUS ? Kind::kStatus
                                                     : Kind::kError;
      reply.text.assign(from.str, from.len);
      break;
    default:
      break;
  }
  return reply;
}

}  // namespace

Connection::Connection(boost::asio::io_context& context, std::string address)
    : context_(context), address_(std::move(address)), timer_(context) {}

void Connection::open(const std::string& ip, int port, TimePoint deadline, std::function<void(Status)> done) {
  on_open_ = std::move(done);
  open_deadline_ = deadline;
  redis_ = redisAsyncConnect(ip.c_str(), port);
  if (!redis_ || redis_->err != 0) {
    why_ = reason();
    closing_ = true;
    if (redis_) redisAsyncFree(std::exchange(redis_, nullptr));
    boost::asio::post(context_, [done = std::exchange(on_open_, nullptr), why = why_] { done(why); });
    return;
  }
  self_ = shared_from_this();
  redis_->data = this;
  Adapter::attach(context_, redis_, [this] { gone(); });
  redisAsyncSetConnectCallback(redis_, [](const redisAsyncContext* redis, int status) {
    static_cast<Connection*>(redis->data)->opened(status == REDIS_OK);
  });
  watch();
}

/// Posted: here, hiredis does not bear that the context is freed.
void Connection::opened(bool ok) {
  if (!ok) return;  // gone() follows
  redisEnableKeepAlive(&redis_->c);
  boost::asio::post(context_, [self = shared_from_this()] {
    if (self->closing_ || !self->redis_) return;
    self->open_ = true;
    self->timer_.cancel();  // it waits for another deadline now
    std::exchange(self->on_open_, nullptr)(Ok{});
  });
}

void Connection::send(const std::vector<std::string>& args, TimePoint deadline, Answer answer) {
  if (closing_ || !redis_) {
    boost::asio::post(context_, [answer = std::move(answer), why = why_] { answer(why); });
    return;
  }
  std::vector<const char*> texts;
  std::vector<std::size_t> sizes;
  for (const auto& arg : args) {
    texts.push_back(arg.data());
    sizes.push_back(arg.size());
  }
  waiting_.push_back({deadline, std::move(answer)});
  const auto on_reply = [](redisAsyncContext* redis, void* reply, void*) {
    static_cast<Connection*>(redis->data)->answered(static_cast<const redisReply*>(reply));
  };
  const int count = static_cast<int>(args.size());
  if (redisAsyncCommandArgv(redis_, on_reply, nullptr, count, texts.data(), sizes.data()) == REDIS_OK) {
    watch();
    return;
  }
  const Error why{Error::Code::kInternal, at(address_, "cannot send: out of memory")};
  boost::asio::post(context_, [answer = std::move(waiting_.back().answer), why] { answer(why); });
  waiting_.pop_back();
}

void Connection::answered(const redisReply* reply) {
  auto answer = std::move(waiting_.front().answer);
  waiting_.pop_front();
  if (reply) {
    answer(to_reply(*reply));
    return;
  }
  if (!closing_) {
    closing_ = true;
    why_ = reason();
  }
  answer(why_);
}

void Connection::close(Error why) {
  if (closing_ || !redis_) return;
  closing_ = true;
  why_ = std::move(why);
  redisAsyncFree(redis_);  // within an answer: as soon as that returns
}

Error Connection::reason() const {
  std::string text = !redis_ ? "out of memory" : redis_->c.err != 0 ? redis_->c.errstr : "the connection ended";
  if (!open_) text += "; does it run there? see redis.addresses";
  return {Error::Code::kUnavailable, at(address_, text)};
}

/// hiredis frees the context: closed by us, by the server, or never opened.
void Connection::gone() {
  const auto self = std::move(self_);
  if (!closing_) why_ = reason();
  closing_ = true;
  redis_ = nullptr;
  timer_.cancel();
  if (on_open_) {
    boost::asio::post(context_, [done = std::exchange(on_open_, nullptr), why = why_] { done(why); });
  } else if (lost_) {
    std::exchange(lost_, nullptr)(why_);
  }
}

/// One timer for the command that waits longest; it sleeps over commands that were answered meanwhile.
void Connection::watch() {
  if (watching_ || closing_ || (open_ && waiting_.empty())) return;
  watching_ = true;
  timer_.expires_at(open_ ? waiting_.front().deadline : open_deadline_);
  timer_.async_wait([self = shared_from_this()](boost::system::error_code error) {
    self->watching_ = false;
    if (error) {
      self->watch();
    } else {
      self->expire();
    }
  });
}

void Connection::expire() {
  const auto now = monotonic_now();
  if (closing_) return;
  if (!open_ && now >= open_deadline_) {
    close(
        {Error::Code::kUnavailable, at(address_, "no connection in time; is the address right? see redis.addresses")});
  } else if (open_ && !waiting_.empty() && now >= waiting_.front().deadline) {
    const auto late = std::move(waiting_.front().answer);
    waiting_.front().answer = [](const Result<Reply>&) {};
    late(Error{Error::Code::kTimeout, at(address_, "no answer in time; the outcome is not known")});
    close({Error::Code::kUnavailable, at(address_, "the connection was reset, since an answer did not come in time")});
  } else {
    watch();
  }
}

}  // namespace im::redis
