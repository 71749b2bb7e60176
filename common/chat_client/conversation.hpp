#pragma once

#include <map>
#include <vector>

#include "common/base/clock.hpp"
#include "common/chat_client/row.hpp"

namespace im::chat_client {

/// One conversation as a client has it: every row once and in order, whatever order they arrive in and how often.
/// Pure.
class Conversation {
 public:
  /// What can be shown now, in order: nothing when it was seen or when rows before it are missing.
  std::vector<Row> take(Row row, TimePoint now);
  /// There is a row with this number.
  void note(Seq seq, TimePoint now);
  /// Rows up to here are not asked for; only forward.
  void begin_after(Seq seq);
  /// Everything up to here was shown.
  Seq mark() const { return mark_; }
  /// Rows are missing between the mark and the newest row known.
  bool gap() const { return newest_ > mark_; }
  /// Since when, while there is a gap.
  TimePoint gap_since() const { return since_; }
  /// The gap is looked at anew from now on.
  void ask_again(TimePoint now) { since_ = now; }

 private:
  std::vector<Row> run();

  Seq mark_ = 0;
  Seq newest_ = 0;
  TimePoint since_;
  std::map<Seq, Row> early_;  ///< came before those in front of them
};

}  // namespace im::chat_client
