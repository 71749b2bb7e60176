#pragma once

// Private to common/redis: hiredis on Asio.

#include <functional>
#include <hiredis/async.h>
#include <memory>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

namespace im::redis {

/// Tells a hiredis context when its socket can be read and written. hiredis owns the socket: the adapter lets go of it,
/// without closing it, in the moment in which hiredis frees the context. Lives as long as the context. On the
/// io_context's one thread.
class Adapter : public std::enable_shared_from_this<Adapter> {
 public:
  /// `on_gone`: hiredis is about to free `redis` (after it has answered all that was pending); must not touch it.
  static void attach(boost::asio::io_context& context, redisAsyncContext* redis, std::function<void()> on_gone);

 private:
  /// One direction: what hiredis wants, and whether we wait for it.
  struct Direction {
    bool wanted = false;
    bool waiting = false;
  };

  Adapter(boost::asio::io_context& context, redisAsyncContext* redis, std::function<void()> on_gone);
  void want(bool writing);
  void wait(bool writing);
  void ready(bool writing);
  void let_go();

  boost::asio::posix::stream_descriptor socket_;
  redisAsyncContext* redis_;  // null: freed
  std::function<void()> on_gone_;
  Direction read_, write_;
  std::shared_ptr<Adapter> self_;  // until let_go()
};

}  // namespace im::redis
