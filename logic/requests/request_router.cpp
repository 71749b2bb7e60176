#include "logic/requests/request_router.hpp"

#include <array>
#include <exception>
#include <mutex>
#include <stdexcept>

#include "common/base/log.hpp"
#include "common/base/repeat.hpp"

namespace im::logic {

namespace {

constexpr std::array kCodes{
    Code::kMalformed,       Code::kNoToken,    Code::kForbidden, Code::kNotFound, Code::kUnknownCommand,
    Code::kNothingInCommon, Code::kWindowOver, Code::kConflict,  Code::kEnded,    Code::kTooLarge,
    Code::kBadValue,        Code::kLocked,     Code::kSlowDown,  Code::kFull,     Code::kBusy,
    Code::kInternal,        Code::kLater};

std::optional<std::variant<Request, Failure>> limit(const std::optional<Duration>& wait) {
  if (!wait) return std::nullopt;
  return Failure{Code::kSlowDown, "too many requests", std::chrono::ceil<std::chrono::milliseconds>(*wait), {}};
}

}  // namespace

/// What answers touch when they come, even after the router is gone.
struct RequestRouter::Shared {
  std::atomic<std::size_t> open{0};
  std::array<std::atomic<std::uint64_t>, kCodes.size()> failures{};
  std::mutex mutex;
  Repeat told;

  void count(Code code) {
    for (std::size_t i = 0; i < kCodes.size(); ++i) {
      if (kCodes[i] == code) ++failures[i];
    }
  }
  void tell(const std::string& cmd, const std::string& why) {
    const std::lock_guard lock(mutex);
    if (const std::uint64_t times = told.tell(monotonic_now()))
      log::error("a request failed by our own fault", {{"cmd", cmd}, {"why", why}, {"times", times}});
  }
};

/// One request under way: the first answer counts, and there is always one.
class RequestRouter::Pending {
 public:
  Pending(std::shared_ptr<Shared> shared, std::string cmd, Reply reply)
      : shared_(std::move(shared)), cmd_(std::move(cmd)), reply_(std::move(reply)) {
    ++shared_->open;
  }
  Pending(const Pending&) = delete;
  Pending& operator=(const Pending&) = delete;
  ~Pending() {
    if (!answered_) fail("dropped without an answer");
    --shared_->open;
  }
  void answer(Answer answer) {
    if (answered_.exchange(true)) return;
    if (const auto* failure = std::get_if<Failure>(&answer.result)) {
      shared_->count(failure->code);
      if (failure->code == Code::kInternal) shared_->tell(cmd_, failure->cause);
    }
    reply_(std::move(answer));
  }
  void fail(const std::string& why) { answer(failure_of(Error{Error::Code::kInternal, why})); }

 private:
  const std::shared_ptr<Shared> shared_;
  const std::string cmd_;
  const Reply reply_;
  std::atomic<bool> answered_{false};
};

RequestRouter::RequestRouter(RequestLimits& limits, Options options)
    : limits_(limits), options_(std::move(options)), shared_(std::make_shared<Shared>()) {}

RequestRouter::~RequestRouter() = default;

void RequestRouter::on(std::string cmd, CommandRules rules, Handler handler) {
  Command& command = commands_[cmd];
  if (command.handler) throw std::logic_error("two handlers for \"" + cmd + "\"");
  command.rules = rules;
  command.handler = std::move(handler);
}

/// What cannot be read has its price too.
void RequestRouter::run(const Caller& caller, std::string_view body, const Reply& reply) {
  auto busy = limit(limits_.take(caller, options_.now()));
  dispatch(caller, busy ? std::move(*busy) : read_request(body), reply);
}

void RequestRouter::run(const Caller& caller, std::string_view cmd, std::string_view body, const Reply& reply) {
  auto busy = limit(limits_.take(caller, options_.now()));
  dispatch(caller, busy ? std::move(*busy) : read_request_of(cmd, body), reply);
}

void RequestRouter::dispatch(const Caller& caller, std::variant<Request, Failure> read, const Reply& reply) {
  const auto* request = std::get_if<Request>(&read);
  const auto pending = std::make_shared<Pending>(shared_, request == nullptr ? "" : request->cmd, reply);
  if (request == nullptr) return pending->answer(std::get<Failure>(std::move(read)));
  if (auto failure = refuse(caller, *request)) return pending->answer(std::move(*failure));
  Command& command = commands_.find(request->cmd)->second;
  ++command.asked;
  try {
    command.handler(caller, request->fields, [pending](Answer answer) { pending->answer(std::move(answer)); });
  } catch (const std::exception& thrown) {
    pending->fail(thrown.what());
  }
}

/// In the order in which they cost little and tell little.
std::optional<Failure> RequestRouter::refuse(const Caller& caller, const Request& request) {
  const auto found = commands_.find(request.cmd);
  const bool webim = caller.family == ClientFamily::kWebim;
  if (found == commands_.end() || found->second.rules.webim != webim)
    return Failure{Code::kUnknownCommand, "no such command", {}, {}};
  const CommandRules& rules = found->second.rules;
  const bool connected = caller.door == Door::kConnection;
  if (rules.on_connection && !connected) return Failure{Code::kConflict, "only on a connection", {}, {}};
  if (connected && !caller.said_hello && !rules.before_hello)
    return Failure{Code::kConflict, "\"hello\" comes first", {}, {}};
  if (rules.user && caller.uid.value() <= 0) return Failure{Code::kForbidden, "only for users", {}, {}};
  if (auto busy = limit(limits_.take_command(caller, request.cmd, options_.now()))) return std::get<Failure>(*busy);
  if (shared_->open > options_.max_open) return Failure{Code::kLater, "too busy", std::chrono::seconds(1), {}};
  return std::nullopt;
}

std::vector<std::string> RequestRouter::commands() const {
  std::vector<std::string> names;
  for (const auto& [name, command] : commands_) names.push_back(name);
  return names;
}

bool RequestRouter::takes_anyone(std::string_view cmd) const {
  const auto found = commands_.find(cmd);
  return found != commands_.end() && found->second.rules.anyone;
}

std::size_t RequestRouter::open() const { return shared_->open; }

std::map<std::string, std::uint64_t> RequestRouter::asked() const {
  std::map<std::string, std::uint64_t> out;
  for (const auto& [name, command] : commands_) out.emplace(name, command.asked);
  return out;
}

std::map<int, std::uint64_t> RequestRouter::failures() const {
  std::map<int, std::uint64_t> out;
  for (std::size_t i = 0; i < kCodes.size(); ++i) out.emplace(static_cast<int>(kCodes[i]), shared_->failures[i]);
  return out;
}

}  // namespace im::logic
