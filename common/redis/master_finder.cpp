#include "common/redis/master_finder.hpp"

#include <utility>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "common/base/address.hpp"
#include "common/base/use_tuple.hpp"
#include "common/redis/answer.hpp"
#include "common/redis/password_file.hpp"

namespace im::redis {

namespace {

namespace asio = boost::asio;

Error unavailable(const std::string& address, const std::string& what) {
  return {Error::Code::kUnavailable, at(address, what)};
}

/// A call that ends in a callback, as a coroutine.
template <class T>
asio::awaitable<Result<T>> finished(std::function<void(std::function<void(Result<T>)>)> start) {
  auto initiate = [&start](auto handler) {
    auto shared = std::make_shared<decltype(handler)>(std::move(handler));
    start([shared](Result<T> result) { std::move (*shared)(std::move(result)); });
  };
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<>, void(Result<T>)>(initiate,
                                                                                          asio::use_awaitable);
}

}  // namespace

asio::awaitable<Result<Reply>> MasterFinder::ask(ConnectionPtr connection, std::vector<std::string> args) {
  const auto deadline = monotonic_now() + config_.command_timeout;
  std::function<void(Connection::Answer)> start = [&](Connection::Answer answer) {
    connection->send(args, deadline, std::move(answer));
  };
  auto answer = co_await finished<Reply>(start);
  if (!answer || answer.value().kind != Reply::Kind::kError) co_return answer;
  co_return refusal_of(answer.value().text, connection->address()).error;
}

asio::awaitable<Result<ConnectionPtr>> MasterFinder::connect(std::string address) {
  const auto deadline = monotonic_now() + config_.connect_timeout;
  const auto where = parse_address(address);
  if (!where.ok()) co_return unavailable(address, where.error().message + "; see redis.addresses");
  asio::ip::tcp::resolver resolver(context_);
  const std::string port = std::to_string(where.value().port);
  const auto [unknown, found] = co_await resolver.async_resolve(where.value().host, port, kTuple);
  if (unknown) co_return unavailable(address, unknown.message() + "; see redis.addresses");
  if (cancelled_) co_return unavailable(address, "stopping");
  const auto endpoint = found.begin()->endpoint();
  auto connection = std::make_shared<Connection>(context_, address);
  current_ = connection;
  std::function<void(std::function<void(Status)>)> start = [&](std::function<void(Status)> done) {
    connection->open(endpoint.address().to_string(), endpoint.port(), deadline, std::move(done));
  };
  auto opened = co_await finished<Ok>(start);
  if (!opened) co_return opened.error();
  co_return connection;
}

asio::awaitable<Result<std::string>> MasterFinder::ask_sentinel(std::string address) {
  auto connection = co_await connect(address);
  if (!connection) co_return connection.error();
  std::vector<std::string> question{"SENTINEL", "get-master-addr-by-name", config_.sentinel_master};
  const auto answer = co_await ask(connection.value(), question);
  connection.value()->close(unavailable(address, "asked"));
  if (!answer) co_return answer.error();
  const Reply& master = answer.value();
  if (master.items.size() == 2) {
    const std::string& host = master[0].text;
    co_return (host.find(':') == std::string::npos ? host : "[" + host + "]") + ":" + master[1].text;
  }
  co_return unavailable(address,
                        "this Sentinel knows no master \"" + config_.sentinel_master + "\"; see redis.sentinel_master");
}

/// Logs in and makes sure that it is a master that takes commands.
asio::awaitable<Status> MasterFinder::introduce(ConnectionPtr connection) {
  const auto password = read_password(config_.password_file);
  if (!password) co_return password.error();
  std::vector<std::vector<std::string>> greetings;
  if (!config_.password_file.empty()) {
    greetings.push_back({"AUTH", password.value()});
    if (!config_.username.empty()) greetings.back().insert(greetings.back().begin() + 1, config_.username);
  }
  if (config_.database != 0) greetings.push_back({"SELECT", std::to_string(config_.database)});
  greetings.push_back({"PING"});
  for (const auto& greeting : greetings) {
    const auto answer = co_await ask(connection, greeting);
    if (!answer) co_return answer.error();
  }
  const std::vector<std::string> question{"ROLE"};
  const auto role = co_await ask(connection, question);
  if (!role) co_return role.error();
  if (role.value()[0].text == "master") co_return Ok{};
  co_return unavailable(connection->address(),
                        "is a " + role.value()[0].text + ", not the master; trying the next one");
}

asio::awaitable<Result<ConnectionPtr>> MasterFinder::find() {
  if (config_.addresses.empty()) co_return Error{Error::Code::kInvalid, "redis.addresses is empty"};
  std::string address = config_.addresses[next_++ % config_.addresses.size()];
  if (!config_.sentinel_master.empty()) {
    auto named = co_await ask_sentinel(address);
    if (!named) co_return named.error();
    address = named.value();
  }
  auto connection = co_await connect(address);
  if (!connection) co_return connection.error();
  const auto ready = co_await introduce(connection.value());
  if (ready) co_return connection.value();
  connection.value()->close(ready.error());
  co_return ready.error();
}

void MasterFinder::cancel() {
  cancelled_ = true;
  if (const auto connection = current_.lock()) connection->close(unavailable(connection->address(), "stopping"));
}

}  // namespace im::redis
