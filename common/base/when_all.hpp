#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>

#include "common/base/result.hpp"

namespace im {

/// The end of several calls that are under way at once. Take a part() for each call while this object lives; when it is
/// gone and every part was settled, `done` runs once, on the thread of the last one and outside the lock. So neither
/// calls that answer at once nor none at all are special. Parts are settled on any thread, each once.
template <class T = Ok>
class WhenAll {
 public:
  using Done = std::function<void(Result<T>)>;
  using Part = std::function<void(const Result<T>&)>;
  /// How one more answer changes the whole one. Under the lock.
  using Merge = void (*)(Result<T>& whole, const Result<T>& part);

  explicit WhenAll(Done done, Merge merge = first_error_or_sum)
      : state_(std::make_shared<State>(std::move(done), merge)) {}
  ~WhenAll() { state_->release(); }
  WhenAll(const WhenAll&) = delete;
  WhenAll& operator=(const WhenAll&) = delete;

  Part part() {
    {
      const std::lock_guard lock(state_->mutex);
      ++state_->open;
    }
    return [state = state_](const Result<T>& answer) {
      {
        const std::lock_guard lock(state->mutex);
        state->merge(state->whole, answer);
      }
      state->release();
    };
  }

  /// The first error wins; without one, numbers are added up.
  static void first_error_or_sum(Result<T>& whole, const Result<T>& part) {
    if (!whole.ok()) return;
    if (!part.ok()) {
      whole = part.error();
    } else if constexpr (requires(T& sum, const T& more) { sum += more; }) {
      whole.value() += part.value();
    }
  }

 private:
  struct State {
    State(Done end, Merge how) : done(std::move(end)), merge(how) {}
    void release() {
      {
        const std::lock_guard lock(mutex);
        if (--open > 0) return;
      }
      done(std::move(whole));
    }
    std::mutex mutex;
    std::size_t open = 1;  ///< the WhenAll itself
    Result<T> whole = T{};
    const Done done;
    const Merge merge;
  };
  std::shared_ptr<State> state_;
};

}  // namespace im
