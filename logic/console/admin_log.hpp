#pragma once

#include <string>
#include <vector>

#include "logic/store/store.hpp"

namespace im::logic {

struct AdminLogRow {
  std::int64_t id = 0, ts = 0;
  std::string login, role, address, action;
  std::string detail;        ///< what was asked, as JSON, cut
  std::int64_t outcome = 0;  ///< an HTTP status; 0: nobody knows
};

/// What admins did, in the store, for ever. Blocking; any thread but an I/O thread.
class AdminLog {
 public:
  explicit AdminLog(store::Store& store) : store_(store) {}
  /// Before it is done, so that nothing is done that is not written; gives its number. With an outcome: it is over.
  Result<std::int64_t> add(const AdminLogRow& row);
  Status end(std::int64_t id, int outcome);
  /// Newest first, before `before` (0: from the newest).
  Result<std::vector<AdminLogRow>> rows(std::int64_t before, int limit);

 private:
  store::Store& store_;
};

}  // namespace im::logic
