#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "common/sql/connection.hpp"
#include "logic/store/conv_head.hpp"

namespace im::logic::store {

/// Heads of conversations during a batch: locked and read together where the database is a server, kept for further
/// messages of the same conversation, and written once for all of them. Thread of the lane.
class BatchHeads {
 public:
  /// Locks those of `convs` that are not kept yet, with one statement, in the order given. Those that are not there
  /// are left out.
  Status lock(sql::Connection& db, const std::vector<ConvId>& convs);
  /// Locked by this batch; nullptr: not yet.
  const ConvHead* find(ConvId conv) const;
  void keep(const ConvHead& head) { heads_[head.conv] = {head, false}; }
  /// A row was added to it; written by flush().
  void move(const ConvHead& head) { heads_[head.conv] = {head, true}; }
  /// One more row that is no news for this member, if they are one.
  void skip(ConvId conv, Uid uid) { ++skips_[{conv, uid}]; }
  /// Writes what has changed and forgets all.
  Status flush(sql::Connection& db);

 private:
  struct Kept {
    ConvHead head;
    bool moved = false;
  };
  Status write_heads(sql::Connection& db);
  Status write_skips(sql::Connection& db);

  std::map<ConvId, Kept> heads_;
  std::map<std::pair<ConvId, Uid>, std::int64_t> skips_;
};

/// What a statement joins with to speak of several rows at once (servers only): "(SELECT ? AS a, ? AS b UNION ALL …)".
std::string row_list(std::size_t rows, const std::vector<std::string>& columns);

}  // namespace im::logic::store
