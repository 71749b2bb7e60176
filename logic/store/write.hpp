#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "common/sql/connection.hpp"
#include "logic/store/batch_heads.hpp"
#include "logic/store/outbox_sink.hpp"

namespace im::logic::store {

/// The transaction of a batch, as one entry sees it. Thread of the lane.
class Write {
 public:
  /// `gathers`: rows of insert() wait for each other and go as one statement.
  Write(sql::Connection& connection, std::int64_t now, bool gathers) : db(connection), now_ms(now), gathers_(gathers) {}

  sql::Connection& db;
  const std::int64_t now_ms;  ///< the database's clock

  /// A row into a table that only entries which are not blind read. `into` is a literal: "INSERT INTO t (a, b) VALUES".
  Status insert(std::string_view into, sql::Values row);
  Status flush();
  /// What the entry that runs now is: a blind one lets changes of heads wait for each other, too. Any other finds in
  /// the database what the ones before it wrote, and so do those after it.
  Status begin_entry(bool blind);
  Status end_entry();
  /// Heads that this batch has locked.
  BatchHeads& heads() { return heads_; }
  /// Heads have changed: written now unless they may wait.
  Status settle() { return blind_ ? Status(Ok{}) : heads_.flush(db); }
  /// How many rows insert() took; whoever compares it knows whether there was one.
  std::size_t inserted() const { return inserted_; }

  /// Goes to the sink when the batch is committed.
  void hand_on(Outgoing row) { outgoing_.push_back(std::move(row)); }
  std::size_t handed_on() const { return outgoing_.size(); }
  void take_back(std::size_t size) { outgoing_.resize(size); }
  std::vector<Outgoing> outgoing() { return std::move(outgoing_); }

 private:
  struct Rows {
    std::string_view into;
    std::size_t columns = 0;
    sql::Values values;
  };
  Status send(const Rows& rows);

  const bool gathers_;
  bool blind_ = false;
  BatchHeads heads_;
  std::size_t inserted_ = 0;
  std::vector<Rows> waiting_;  ///< a table each, in the order they were first meant
  std::vector<Outgoing> outgoing_;
};

}  // namespace im::logic::store
