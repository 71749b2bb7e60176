#pragma once

#include <mutex>
#include <unordered_set>

#include "logic/store/store.hpp"

namespace im::logic::chat {

/// Users as the chat needs them: there is a row for everybody who may write or be written to.
class UserService {
 public:
  explicit UserService(store::Store& store) : store_(store) {}

  /// The user has a row from here on: somebody else says who users are (goim token, JWT, webhook), and this is the
  /// first time we see this one. Cheap from the second call on. Blocking.
  Status ensure(Uid uid);

 private:
  static constexpr std::size_t kRemembered = 100'000;

  store::Store& store_;
  std::mutex mutex_;
  std::unordered_set<std::int64_t> known_;  ///< some of those that have one
};

}  // namespace im::logic::chat
