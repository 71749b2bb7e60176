#pragma once

#include <string>
#include <vector>

#include "logic/chat/group_service.hpp"

namespace im::logic::chat_admin {

struct GroupLine {
  chat::ConvId conv;
  std::string name;
  Uid owner;
  int members = 0;
  bool muted_all = false, dissolved = false;
  std::int64_t last_seq = 0, last_ts = 0;
};

/// All groups of the store, as operators look at them. Blocking.
class GroupList {
 public:
  explicit GroupList(store::Store& store) : store_(store) {}

  /// Ordered by conv_id, after `after`; those whose name has `query` in it.
  Result<std::vector<GroupLine>> list(const std::string& query, chat::ConvId after, int limit);
  /// kNotFound: no such group.
  Result<Uid> owner_of(chat::ConvId conv);

 private:
  store::Store& store_;
};

}  // namespace im::logic::chat_admin
