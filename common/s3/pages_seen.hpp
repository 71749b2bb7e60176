#pragma once

#include <set>
#include <string>

#include "common/base/result.hpp"

namespace im::s3 {

/// Ends a list that does not move on. A store that overlooks where a page is to begin gives the same one for ever.
class PagesSeen {
 public:
  /// What a page begins with, "" if it is empty, and where it says that the next one begins, "" if it is the last.
  Status add(const std::string& first, const std::string& next) {
    const bool moves = (first.empty() || firsts_.insert(first).second) && (next.empty() || nexts_.insert(next).second);
    return moves ? Status(Ok{}) : Status(Error{Error::Code::kUnavailable, "a list of the S3 store does not move on"});
  }

 private:
  std::set<std::string> firsts_, nexts_;
};

}  // namespace im::s3
