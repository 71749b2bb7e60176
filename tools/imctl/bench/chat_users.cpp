#include "tools/imctl/bench/chat_users.hpp"

#include <condition_variable>
#include <mutex>
#include <random>

#include "tools/imctl/api.hpp"

namespace im::imctl {

namespace {

constexpr std::size_t kAtOnce = 4;  ///< the hash of a password takes a core for a while
constexpr std::chrono::seconds kDeadline{120};

/// Calls that are under way; the first failure is kept.
class Calls {
 public:
  explicit Calls(const std::string& server) : server_(server), client_(config()) {}

  static client::HttpClientConfig config() {
    client::HttpClientConfig config;
    config.connections = kAtOnce;
    config.waiting = 100000;
    return config;
  }

  void add(const std::string& command, const ChatUser& user, ChatTokens& into) {
    {
      const std::lock_guard lock(mutex_);
      ++open_;
    }
    auto call =
        account_call(server_, command, {{"login", user.login}, {"password", "correct horse"}, {"device", "bench"}});
    call.deadline = kDeadline;
    client_.send(std::move(call), [this, &into](Result<client::HttpAnswer> answer) {
      auto tokens = read_tokens(answer, server_);
      const std::lock_guard lock(mutex_);
      if (tokens.ok()) {
        into = std::move(tokens).value();
      } else if (failure_.empty()) {
        failure_ = tokens.error().message;
      }
      if (--open_ == 0) done_.notify_all();
    });
  }

  void wait() {
    std::unique_lock lock(mutex_);
    done_.wait(lock, [this] { return open_ == 0; });
    if (!failure_.empty()) throw Failure(failure_);
  }

 private:
  std::string server_;
  std::mutex mutex_;
  std::condition_variable done_;
  std::size_t open_ = 0;
  std::string failure_;
  client::HttpClient client_;
};

}  // namespace

std::vector<ChatUser> make_chat_users(const std::string& server, std::size_t count, std::size_t twice) {
  std::random_device random;
  const std::string run = "b" + std::to_string(random()) + ".";
  std::vector<ChatUser> users(count);
  Calls calls(server);
  for (std::size_t i = 0; i < count; ++i) {
    users[i].login = run + std::to_string(i);
    users[i].devices.resize(twice > 0 && i % twice == 0 ? 2 : 1);
    calls.add("account.register", users[i], users[i].devices[0]);
  }
  calls.wait();
  for (ChatUser& user : users)
    if (user.devices.size() > 1) calls.add("account.login", user, user.devices[1]);
  calls.wait();
  return users;
}

}  // namespace im::imctl
