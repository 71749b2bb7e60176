#include "tools/imctl/chat/token_renewal.hpp"

#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "common/client/http_call.hpp"

namespace im::imctl {

namespace {

constexpr std::chrono::seconds kAgain{10};

boost::asio::awaitable<void> call_for(client::HttpCall call, std::function<void(Result<client::HttpAnswer>)> then) {
  auto answer = co_await client::http_call(std::move(call));
  then(std::move(answer));
}

}  // namespace

TokenRenewal::TokenRenewal(boost::asio::io_context& context, std::string server, ChatTokens tokens, Told told)
    : context_(context),
      timer_(context),
      server_(std::move(server)),
      tokens_(std::move(tokens)),
      told_(std::move(told)) {}

void TokenRenewal::in_time() {
  if (tokens_.expires_in_s > 0) later(std::chrono::seconds(tokens_.expires_in_s * 3 / 4));
}

void TokenRenewal::later(std::chrono::seconds wait) {
  timer_.expires_after(wait);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) now();
  });
}

void TokenRenewal::now() {
  if (stopped_ || std::exchange(asking_, true)) return;
  if (!tokens_.refresh.empty())
    return call(account_call(server_, "account.refresh", {{"refresh", tokens_.refresh}}), &TokenRenewal::came);
  auto any = account_call(server_, "sync.all", {});
  any.headers.emplace_back("Authorization", "Bearer " + tokens_.token);
  call(std::move(any), &TokenRenewal::checked);
}

void TokenRenewal::call(client::HttpCall call, void (TokenRenewal::*then)(const Result<ChatTokens>&)) {
  auto got = [this, then](const Result<client::HttpAnswer>& answer) { (this->*then)(read_tokens(answer, server_)); };
  boost::asio::co_spawn(context_, call_for(std::move(call), std::move(got)), boost::asio::detached);
}

void TokenRenewal::checked(const Result<ChatTokens>& answer) {
  asking_ = false;
  if (!stopped_ && !answer.ok() && answer.error().code == Error::Code::kDenied) told_.refused(answer.error().message);
}

void TokenRenewal::came(const Result<ChatTokens>& tokens) {
  asking_ = false;
  if (stopped_) return;
  if (!tokens.ok()) {
    if (tokens.error().code == Error::Code::kDenied) return told_.refused(tokens.error().message);
    return later(kAgain);
  }
  tokens_ = tokens.value();
  in_time();
  told_.fresh();
}

void TokenRenewal::stop() {
  stopped_ = true;
  timer_.cancel();
}

}  // namespace im::imctl
