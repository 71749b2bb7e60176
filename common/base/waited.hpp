#pragma once

#include <future>
#include <memory>
#include <utility>

#include "common/base/result.hpp"

namespace im {

/// What an asynchronous call answers, waited for: on threads that may block only. `start` is given the callback.
template <class T, class Start>
Result<T> waited(Start start) {
  const auto told = std::make_shared<std::promise<Result<T>>>();
  auto answer = told->get_future();
  start([told](Result<T> result) { told->set_value(std::move(result)); });
  return answer.get();
}

}  // namespace im
