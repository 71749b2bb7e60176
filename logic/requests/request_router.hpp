#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "logic/requests/answer.hpp"
#include "logic/requests/caller.hpp"
#include "logic/requests/request_limits.hpp"
#include "logic/requests/request_reader.hpp"

namespace im::logic {

/// What must hold before a command's handler is asked.
struct CommandRules {
  bool before_hello = false;   ///< else a connection must have said hello
  bool on_connection = false;  ///< nothing for HTTP calls
  bool user = false;           ///< the caller is a user (uid above 0)
  bool anyone = false;         ///< HTTP calls need no token: the caller is an address
  bool webim = false;          ///< of the old chat page: nobody else has it, and the page has nothing else
};

/// The one place where requests of clients arrive, whatever door they came through: op 100, HTTP, WebIM. A
/// command is one on(): nothing else knows it. run() from any thread; on() before the first run().
class RequestRouter {
 public:
  /// Must not block; answers now or later, once.
  using Handler = std::function<void(const Caller&, const boost::json::object& fields, Reply)>;
  struct Options {
    std::size_t max_open = 10000;  ///< requests without an answer yet; one more is told to come later
    std::function<TimePoint()> now = monotonic_now;
  };

  RequestRouter(RequestLimits& limits, Options options);
  ~RequestRouter();

  /// Throws std::logic_error when there is one of this name.
  void on(std::string cmd, CommandRules rules, Handler handler);
  /// The body of an op 100.
  void run(const Caller& caller, std::string_view body, const Reply& reply);
  /// Of HTTP, where the path names the command.
  void run(const Caller& caller, std::string_view cmd, std::string_view body, const Reply& reply);

  std::vector<std::string> commands() const;
  bool takes_anyone(std::string_view cmd) const;
  std::size_t open() const;
  /// Requests by command, and failures by code: bounded by what on() and Code name.
  std::map<std::string, std::uint64_t> asked() const;
  std::map<int, std::uint64_t> failures() const;

 private:
  struct Command {
    CommandRules rules;
    Handler handler;
    std::atomic<std::uint64_t> asked{0};
  };
  struct Shared;
  class Pending;
  void dispatch(const Caller& caller, std::variant<Request, Failure> request, const Reply& reply);
  std::optional<Failure> refuse(const Caller& caller, const Request& request);

  RequestLimits& limits_;
  const Options options_;
  std::map<std::string, Command, std::less<>> commands_;
  std::shared_ptr<Shared> shared_;  ///< outlives this while answers are open
};

}  // namespace im::logic
