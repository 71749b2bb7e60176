#pragma once

#include <future>
#include <memory>
#include <unordered_set>
#include <utility>
#include <vector>

#include "common/base/ids.hpp"
#include "common/base/result.hpp"
#include "logic/routers/session_directory.hpp"

namespace im::logic {

/// What an asynchronous call answers, waited for: on threads that may block only. `start` is given the callback.
template <class T, class Start>
Result<T> waited(Start start) {
  const auto told = std::make_shared<std::promise<Result<T>>>();
  auto answer = told->get_future();
  start([told](Result<T> result) { told->set_value(std::move(result)); });
  return answer.get();
}

struct Whereabouts {
  std::unordered_set<Uid> online;
  std::unordered_set<Uid> unknown;  ///< no router can say
};
/// Which of them have a session. Blocks.
Result<Whereabouts> whereabouts_of(SessionDirectory& directory, const std::vector<Uid>& uids);

}  // namespace im::logic
