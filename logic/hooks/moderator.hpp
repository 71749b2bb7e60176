#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include "common/base/clock.hpp"
#include "logic/chat/actor.hpp"
#include "logic/hooks/hook_poster.hpp"

namespace im::logic {

/// Asks the operator's service whether a text may be kept, before it is. Without a good answer in time the default
/// counts; when there was none several times in a row, it counts for a while without asking. Any thread.
class Moderator {
 public:
  struct Question {
    chat::Actor actor;
    std::int64_t conv = 0, to = 0;  ///< one of them
    std::string type, body;
  };
  struct Options {
    bool refuse = false;  ///< the default
    int failures = 5;
    Duration rest = std::chrono::seconds(2);
  };
  struct Stats {
    std::atomic<std::uint64_t> allowed{0}, rewritten{0}, refused{0}, failed{0}, rested{0};
  };
  Moderator(HookPoster& poster, Options options) : poster_(poster), options_(options) {}

  /// The text to keep. kDenied: none. Blocks until the poster's deadline at most; never on an I/O thread.
  Result<std::string> ask(const Question& question);
  const Stats& stats() const { return stats_; }

 private:
  Result<std::string> read(const Question& question, const Result<HookReply>& reply);
  Result<std::string> fall_back(const std::string& body) const;
  bool rests(TimePoint now);
  void note(bool good, TimePoint now);

  HookPoster& poster_;
  const Options options_;
  Stats stats_;
  std::mutex mutex_;
  int failures_ = 0;
  TimePoint until_{};
};

}  // namespace im::logic
