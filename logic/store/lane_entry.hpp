#pragma once

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "common/sql/connection.hpp"
#include "logic/store/outbox_sink.hpp"

namespace im::logic::store {

/// The transaction of a batch, as one entry sees it. Thread of the lane.
class Write {
 public:
  Write(sql::Connection& connection, std::int64_t now) : db(connection), now_ms(now) {}

  sql::Connection& db;
  const std::int64_t now_ms;  ///< the database's clock

  /// Goes to the sink when the batch is committed.
  void hand_on(Outgoing row) { outgoing_.push_back(std::move(row)); }

  std::size_t handed_on() const { return outgoing_.size(); }
  void take_back(std::size_t size) { outgoing_.resize(size); }
  std::vector<Outgoing> outgoing() { return std::move(outgoing_); }

 private:
  std::vector<Outgoing> outgoing_;
};

/// Something to be written: may run more than once (each time in a new transaction), and is answered exactly once,
/// after the commit. An error means: nothing of this entry is written; the others of its batch are not touched.
struct LaneEntry {
  std::int64_t key = 0;   ///< entries of one key are written in the order they came
  std::size_t bytes = 0;  ///< what it holds, for the bound of the queue
  std::function<Status(Write&)> apply;
  std::function<void(Status)> done;
};

/// A row that is out.
struct SentMark {
  ConvId conv;
  Seq seq = 0;
};

}  // namespace im::logic::store
