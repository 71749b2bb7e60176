#include "common/redis/adapter.hpp"

#include <utility>

namespace im::redis {

namespace {

Adapter* of(void* data) { return static_cast<Adapter*>(data); }

}  // namespace

Adapter::Adapter(boost::asio::io_context& context, redisAsyncContext* redis, std::function<void()> on_gone)
    : socket_(context, redis->c.fd), redis_(redis), on_gone_(std::move(on_gone)) {}

void Adapter::attach(boost::asio::io_context& context, redisAsyncContext* redis, std::function<void()> on_gone) {
  std::shared_ptr<Adapter> adapter(new Adapter(context, redis, std::move(on_gone)));
  adapter->self_ = adapter;
  redis->ev.data = adapter.get();
  redis->ev.addRead = [](void* data) { of(data)->want(false); };
  redis->ev.addWrite = [](void* data) { of(data)->want(true); };
  redis->ev.delRead = [](void* data) { of(data)->read_.wanted = false; };
  redis->ev.delWrite = [](void* data) { of(data)->write_.wanted = false; };
  redis->ev.cleanup = [](void* data) { of(data)->let_go(); };
}

void Adapter::want(bool writing) {
  (writing ? write_ : read_).wanted = true;
  wait(writing);
}

void Adapter::wait(bool writing) {
  auto& direction = writing ? write_ : read_;
  if (!redis_ || !direction.wanted || direction.waiting) return;
  direction.waiting = true;
  using socket = boost::asio::posix::descriptor_base;
  socket_.async_wait(writing ? socket::wait_write : socket::wait_read,
                     [self = shared_from_this(), writing](boost::system::error_code) { self->ready(writing); });
}

/// hiredis may free the context in its handlers; let_go() tells.
void Adapter::ready(bool writing) {
  auto& direction = writing ? write_ : read_;
  direction.waiting = false;
  if (!redis_ || !direction.wanted) return;
  if (writing) {
    redisAsyncHandleWrite(redis_);
  } else {
    redisAsyncHandleRead(redis_);
  }
  wait(writing);
}

void Adapter::let_go() {
  redis_ = nullptr;
  socket_.release();  // before hiredis closes it; what waits ends with an error
  const auto self = std::move(self_);
  const auto on_gone = std::move(on_gone_);
  on_gone();
}

}  // namespace im::redis
