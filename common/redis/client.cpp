#include "common/redis/client.hpp"

#include <csignal>
#include <random>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include "common/base/log.hpp"
#include "common/base/use_tuple.hpp"
#include "common/client/backoff.hpp"
#include "common/redis/answer.hpp"
#include "common/redis/client_impl.hpp"

namespace im::redis {

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
constexpr std::size_t kMostTold = 100;
const Error kStopped{Error::Code::kUnavailable, "the Redis client does not run"};

/// In [0.5, 1): at least half of the bound is waited.
double jitter() {
  static thread_local std::minstd_rand engine{std::random_device{}()};
  return std::uniform_real_distribution<double>(0.5, 1.0)(engine);
}

/// hiredis writes with write(): to a server that hung up, that would be the end of the process.
void block_sigpipe() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

}  // namespace

void Client::Impl::submit(CommandPtr command) {
  command->deadline = monotonic_now() + config.command_timeout;
  for (const auto& arg : command->args) command->bytes += arg.size();
  const auto before = pending_bytes.fetch_add(command->bytes);
  if (++pending > config.max_pending || (before > 0 && before + command->bytes > config.max_pending_bytes)) {
    command->over_limit = true;
    command->args.clear();
  }
  std::unique_lock lock(mutex);
  if (!accepting) {
    lock.unlock();
    finish(command, kStopped);
    return;
  }
  inbox.push_back(std::move(command));
  if (inbox.size() == 1) asio::post(context, [this] { drain_inbox(); });
}

void Client::Impl::drain_inbox() {
  std::vector<CommandPtr> commands;
  {
    const std::lock_guard lock(mutex);
    commands.swap(inbox);
  }
  for (const auto& command : commands) dispatch(command);
}

void Client::Impl::dispatch(const CommandPtr& command) {
  if (command->over_limit) {
    finish(command, Error{Error::Code::kOverloaded,
                          "Redis: too much waits for an answer (" + std::to_string(pending) + " commands)"});
  } else if (!connection) {
    std::string why;
    {
      const std::lock_guard lock(mutex);
      why = detail;
    }
    finish(command, Error{Error::Code::kUnavailable, "not connected. " + why});
  } else {
    if (command->script) command->whole = loaded.insert(command->script).second;
    send(command);
  }
}

void Client::Impl::send(const CommandPtr& command) {
  if (command->script) {
    command->args[0] = command->whole ? "EVAL" : "EVALSHA";
    command->args[1] = command->whole ? command->script->text : command->script->sha;
  }
  auto answer = [this, command, from = connection](Result<Reply> result) {
    answered(command, from, std::move(result));
  };
  connection->send(command->args, command->deadline, std::move(answer));
  if (!command->script) command->args.clear();
}

void Client::Impl::answered(const CommandPtr& command, const ConnectionPtr& from, Result<Reply> result) {
  if (!result || result.value().kind != Reply::Kind::kError) {
    finish(command, std::move(result));
    return;
  }
  auto refusal = refusal_of(result.value().text, from->address());
  if (refusal.consequence == Consequence::kSendWholeScript && command->script && !command->whole &&
      from == connection) {
    command->whole = true;
    command->deadline = monotonic_now() + config.command_timeout;
    send(command);
    return;
  }
  ++refused;
  if (refusal.consequence == Consequence::kFindMaster) from->close(refusal.error);
  finish(command, std::move(refusal.error));
}

void Client::Impl::finish(const CommandPtr& command, Result<Reply> result) {
  --pending;
  pending_bytes -= command->bytes;
  if (result) {
    ++answered_count;
  } else if (result.error().code == Error::Code::kTimeout) {
    ++timeouts;
  } else if (result.error().code == Error::Code::kUnavailable) {
    ++unavailable;
  } else if (command->over_limit) {
    ++overloaded;
  }
  if (command->done) command->done(std::move(result));
}

asio::awaitable<void> Client::Impl::stay_connected() {
  client::Backoff backoff({100ms, 1s});
  while (!stopping) {
    auto found = co_await finder.find();
    if (found) {
      backoff.reset();
      use(found.value());
      while (connection) co_await lost.async_wait(kTuple);
    } else {
      note_down(found.error());
    }
    if (stopping) break;
    pause.expires_after(backoff.next(jitter()));
    co_await pause.async_wait(kTuple);
  }
}

void Client::Impl::use(ConnectionPtr found) {
  found->when_lost([this](const Error& why) {
    connection = nullptr;
    note_down(why);
    lost.cancel();
  });
  loaded.clear();
  told.clear();
  connection = std::move(found);
  ++connections;
  lost.expires_at(TimePoint::max());
  {
    const std::lock_guard lock(mutex);
    is_up = true;
    detail = "Redis at " + connection->address();
  }
  log::info("redis is there", {{"address", connection->address()}});
  if (stopping) connection->close(kStopped);
}

/// One line for each new reason until it is there again.
void Client::Impl::note_down(const Error& why) {
  {
    const std::lock_guard lock(mutex);
    is_up = false;
    detail = why.message;
  }
  if (stopping || told.size() >= kMostTold || !told.insert(why.message).second) return;
  log::warn("redis is not there", {{"why", why.message}});
}

void Client::Impl::shut_down() {
  stopping = true;
  finder.cancel();
  if (connection) connection->close(kStopped);
  drain_inbox();
  pause.cancel();
  work.reset();
}

Client::Client(Config config) : impl_(std::make_unique<Impl>(std::move(config))) {}
Client::~Client() { stop(); }

void Client::start() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->accepting = true;
    impl_->detail = "connecting";
  }
  asio::co_spawn(impl_->context, impl_->stay_connected(), asio::detached);
  impl_->thread = std::thread([this] {
    block_sigpipe();
    impl_->context.run();
  });
}

void Client::stop() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->accepting = false;
  }
  if (!impl_->thread.joinable()) return;
  asio::post(impl_->context, [this] { impl_->shut_down(); });
  impl_->thread.join();
}

void Client::command(std::vector<std::string> args, Done done) {
  auto command = std::make_shared<Command>();
  command->args = std::move(args);
  command->done = std::move(done);
  impl_->submit(std::move(command));
}

void Client::script(const Script& script, std::vector<std::string> keys, std::vector<std::string> args, Done done) {
  auto command = std::make_shared<Command>();
  command->script = &script;
  command->done = std::move(done);
  command->args = {"", "", std::to_string(keys.size())};  // send() fills in how it goes
  for (auto* part : {&keys, &args})
    command->args.insert(command->args.end(), std::make_move_iterator(part->begin()),
                         std::make_move_iterator(part->end()));
  impl_->submit(std::move(command));
}

bool Client::up(std::string* detail) const {
  const std::lock_guard lock(impl_->mutex);
  if (detail != nullptr) *detail = impl_->detail;
  return impl_->is_up;
}

Stats Client::stats() const {
  const Impl& i = *impl_;
  return {i.answered_count, i.refused,     i.timeouts, i.unavailable,
          i.overloaded,     i.connections, i.pending,  i.pending_bytes};
}

}  // namespace im::redis
