#pragma once

#include <optional>
#include <set>
#include <vector>

#include "logic/store/lane_entry.hpp"

namespace im::logic::store {

/// Writes entries as one transaction. First without savepoints: most entries succeed, or fail before they wrote
/// anything. When one fails half way, everything is rolled back and done again with a savepoint for each; when the
/// database chose another transaction (deadlock), or refused a row that an entry had looked for in vain (another logic
/// was faster), done again too. Only deadlocks are counted: savepoints come once, and each entry looks again once.
class LaneBatch {
 public:
  using Commit = std::function<Status(sql::Connection&)>;

  LaneBatch(sql::Connection& db, const std::vector<LaneEntry>& entries, const std::vector<SentMark>& sent,
            const Commit& commit)
      : db_(db), entries_(entries), sent_(sent), commit_(commit) {}

  /// The answers, in the order of the entries. After it outgoing() are the rows to hand on.
  std::vector<Status> run();
  std::vector<Outgoing> outgoing() { return std::move(outgoing_); }
  bool committed() const { return committed_; }

 private:
  enum class Outcome { kDone, kAgain, kDeadlock, kFailed };
  Outcome attempt();
  Outcome write_all();
  Outcome write_one(Write& write, std::size_t at);
  void look_again(std::size_t at);
  Outcome flush_failed(const Error& error);
  Outcome batch_failed(const Error& error);
  Status lock_heads(Write& write, std::size_t at);
  Status delete_sent();

  sql::Connection& db_;
  const std::vector<LaneEntry>& entries_;
  const std::vector<SentMark>& sent_;
  const Commit& commit_;
  bool savepoints_ = false;
  bool looks_again_ = false;  ///< this attempt is in vain: an entry is to look again
  std::set<std::size_t> looked_again_;
  bool committed_ = false;
  std::vector<Status> answers_;
  std::vector<Outgoing> outgoing_;
  std::optional<Error> failed_;
};

}  // namespace im::logic::store
