#include "tools/load/push_sender.hpp"

#include <deque>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include "tools/load/push_reader.hpp"

namespace im::load {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;

namespace {

struct Pending {
  std::uint32_t stream;
  std::uint32_t number;
  std::int64_t due;
};

std::string parameter(const std::string& target, const std::string& name) {
  const std::size_t at = target.find(name + "=");
  return at == std::string::npos ? ""
                                 : target.substr(at + name.size() + 1, target.find('&', at) - at - name.size() - 1);
}

/// The push of a /goim/push target as one of /v1/push. Bodies of ours need no escapes.
std::string v1_push(const std::string& target, const std::string& body) {
  const std::string mids = parameter(target, "mids");
  const std::string to = mids.empty()
                             ? R"("room":")" + parameter(target, "type") + "://" + parameter(target, "room") + '"'
                             : R"("users":[)" + mids + "]";
  return R"({"to":{)" + to + R"(},"operation":)" + parameter(target, "operation") + R"(,"text":")" + body + "\"}";
}

struct Api {
  explicit Api(asio::io_context& context) : socket(context), wake(context, asio::steady_timer::time_point::max()) {}
  tcp::socket socket;
  asio::steady_timer wake;
  std::string address;
  std::string outgoing;
  std::deque<Pending> pending;
};

class Sender {
 public:
  Sender(const SenderConfig& config, const std::vector<Stream>& streams, Ledger& ledger, SendTimes& sent_at)
      : config_(config), streams_(streams), ledger_(ledger), sent_at_(sent_at), pace_(context_) {}

  SenderReport run(int answer_timeout_s) {
    for (const std::string& address : config_.apis) connect(address);
    for (const auto& api : apis_) {
      asio::co_spawn(context_, write(api.get()), asio::detached);
      asio::co_spawn(context_, read(api.get()), asio::detached);
    }
    asio::co_spawn(context_, pace(answer_timeout_s), asio::detached);
    context_.run();
    return report_;
  }

 private:
  void connect(const std::string& address) {
    const auto colon = address.rfind(':');
    auto api = std::make_unique<Api>(context_);
    api->address = address;
    tcp::resolver resolver(context_);
    asio::connect(api->socket, resolver.resolve(address.substr(0, colon), address.substr(colon + 1)));
    api->socket.set_option(tcp::no_delay(true));
    apis_.push_back(std::move(api));
  }

  asio::awaitable<void> pace(int answer_timeout_s) {
    const auto begin = std::chrono::steady_clock::now();
    report_.first_due = begin.time_since_epoch().count();
    std::vector<std::uint32_t> sent(streams_.size());
    const std::size_t total = config_.order.empty() ? streams_.size() * config_.messages : config_.order.size();
    for (std::size_t i = 0; i < total; ++i) {
      const auto due =
          begin + std::chrono::nanoseconds(static_cast<std::int64_t>(1e9 * static_cast<double>(i) / config_.rate));
      if (due > std::chrono::steady_clock::now()) {
        pace_.expires_at(due);
        co_await pace_.async_wait(asio::use_awaitable);
      }
      const std::uint32_t stream =
          config_.order.empty() ? static_cast<std::uint32_t>(i % streams_.size()) : config_.order[i];
      post(stream, sent[stream]++, due.time_since_epoch());
    }
    all_sent_ = true;
    end_when_answered();
    pace_.expires_after(std::chrono::seconds(answer_timeout_s));
    co_await pace_.async_wait(asio::use_awaitable);
    context_.stop();
  }

  void post(std::uint32_t stream, std::uint32_t number, std::chrono::nanoseconds due) {
    Api& api = *apis_[streams_[stream].api];
    std::string body = make_body({config_.run, stream, number}, config_.body_size);
    std::string target = streams_[stream].target;
    std::string headers;
    if (!config_.api_key.empty()) {
      body = v1_push(target, body);
      target = "/v1/push";
      headers = "\r\nContent-Type: application/json\r\nAuthorization: Bearer " + config_.api_key;
    }
    api.outgoing += "POST " + target + " HTTP/1.1\r\nHost: " + api.address + headers +
                    "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    api.pending.push_back({stream, number, due.count()});
    sent_at_.set(stream, number, due.count());
    ledger_.sent(stream, number);
    ++report_.sent;
    api.wake.cancel();
  }

  asio::awaitable<void> write(Api* api) {
    while (true) {
      if (api->outgoing.empty()) {
        boost::system::error_code ignored;
        co_await api->wake.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
        continue;
      }
      const std::string bytes = std::move(api->outgoing);
      api->outgoing.clear();
      co_await asio::async_write(api->socket, asio::buffer(bytes), asio::use_awaitable);
    }
  }

  asio::awaitable<void> read(Api* api) {
    boost::beast::flat_buffer buffer;
    while (true) {
      http::response<http::string_body> answer;
      boost::system::error_code error;
      co_await http::async_read(api->socket, buffer, answer, asio::redirect_error(asio::use_awaitable, error));
      if (error) {
        report_.refused["connection to " + api->address + ": " + error.message()] += api->pending.size();
        api->pending.clear();
        end_when_answered();
        co_return;
      }
      on_answer(*api, answer.result_int(), answer.body());
    }
  }

  void on_answer(Api& api, unsigned status, const std::string& body) {
    const Pending push = api.pending.front();
    api.pending.pop_front();
    report_.seconds = static_cast<double>(now_ns() - begin_) / 1e9;
    if (status == 202 || (status == 200 && body.find("\"code\":0") != std::string::npos)) {
      ledger_.acked(push.stream, push.number);
      report_.answer.add(now_ns() - push.due);
      ++report_.acked;
    } else {
      ++report_.refused[std::to_string(status) + " " + body];
    }
    end_when_answered();
  }

  void end_when_answered() {
    if (!all_sent_) return;
    for (const auto& api : apis_) {
      if (!api->pending.empty()) return;
    }
    context_.stop();
  }

  const SenderConfig& config_;
  const std::vector<Stream>& streams_;
  Ledger& ledger_;
  SendTimes& sent_at_;
  asio::io_context context_{1};
  asio::steady_timer pace_;
  std::vector<std::unique_ptr<Api>> apis_;
  SenderReport report_;
  bool all_sent_ = false;
  std::int64_t begin_ = now_ns();
};

}  // namespace

SenderReport send_all(const SenderConfig& config, const std::vector<Stream>& streams, Ledger& ledger,
                      SendTimes& sent_at, int answer_timeout_s) {
  return Sender(config, streams, ledger, sent_at).run(answer_timeout_s);
}

}  // namespace im::load
