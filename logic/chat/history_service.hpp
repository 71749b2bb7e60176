#pragma once

#include <map>
#include <string>
#include <vector>

#include "logic/chat/actor.hpp"
#include "logic/chat/rights.hpp"
#include "logic/store/store.hpp"

namespace im::logic::chat {

/// Rows as one reader may see them. A row that is hidden from them has its number and nothing else, so no gap stays
/// open.
struct Page {
  std::vector<Message> rows;
  bool has_more = false;
  Seq first_seq = 1;  ///< the first that there is for them: older ones were before them, or are not kept
  Seq last_seq = 0;   ///< the newest of the conversation
  std::string epoch;
};

/// One line of a user's list of conversations.
struct ConvSummary {
  ConvId conv;
  ConvKind kind = ConvKind::kP2p;
  Uid peer;          ///< p2p
  std::string name;  ///< the group's, or the peer's
  std::string avatar;
  Seq last_seq = 0;
  std::int64_t last_ts = 0;
  Seq read_seq = 0;
  std::int64_t unread = 0;
  bool silent = false;
  bool pinned = false;
  bool hidden = false;
  Role role = Role::kNone;
  Message last;  ///< the newest row; without content where it is hidden from them
};

struct SyncAll {
  std::vector<ConvSummary> conversations;
  bool has_more = false;
  std::string epoch;
};

struct Search {
  std::string text;
  ConvId conv;         ///< 0: all of one's conversations
  Uid from;            ///< 0: anybody
  std::string type{};  ///< empty: any that can be found
  int limit = 50;
};

/// What is read. Blocking; readers never wait for writers.
class HistoryService {
 public:
  HistoryService(store::Store& store, Limits limits) : store_(store), limits_(limits), rights_(limits) {}

  Result<Page> sync(const Actor& actor, ConvId conv, Seq after, int limit);
  /// Newest first; `before` 0: from the newest.
  Result<Page> history(const Actor& actor, ConvId conv, Seq before, int limit);
  /// Conversations with rows newer than the marks say (one without a mark: any) and not older than `since_ms`; pinned
  /// ones first, then the newest.
  Result<SyncAll> sync_all(const Actor& actor, const std::map<ConvId, Seq>& marks, std::int64_t since_ms);
  /// One line of it. kNotFound: none of theirs.
  Result<ConvSummary> summary(const Actor& actor, ConvId conv);
  /// Newest first, only what the actor may read.
  Result<std::vector<Message>> search(const Actor& actor, const Search& search);

 private:
  /// An empty page, with its bounds.
  Result<Page> bounds(sql::Connection& db, ConvId conv, const Standing& standing) const;
  Result<Standing> reader_of(sql::Connection& db, const Actor& actor, ConvId conv) const;
  int page(int limit) const { return limit <= 0 || limit > limits_.page ? limits_.page : limit; }

  store::Store& store_;
  const Limits limits_;
  const Rights rights_;
};

}  // namespace im::logic::chat
