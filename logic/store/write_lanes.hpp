#pragma once

#include <future>
#include <memory>
#include <optional>
#include <vector>

#include "logic/store/write_lane.hpp"

namespace im::logic::store {

/// All that writes goes through here. A key (a conversation, or a user where no conversation is meant) always has the
/// same lane, so its entries keep their order. SQLite has one lane, because it has one writer.
class WriteLanes {
 public:
  WriteLanes(const sql::Database& database, std::size_t lanes, const LaneOptions& options, OutboxSink& sink);

  /// Any thread but a lane's: waits until `work` is committed and gives what it returned. `work` may run more than
  /// once; what it refers to may live on the caller's stack.
  template <class T>
  Result<T> write(std::int64_t key, std::function<Result<T>(Write&)> work, std::size_t bytes = 0, bool blind = false);

  /// Any thread; `done` comes on the lane's thread, after the commit.
  Status submit(LaneEntry entry) { return lane_of(entry.key).submit(std::move(entry)); }
  void sent(SentMark mark) { lane_of(mark.conv.value()).sent(mark); }
  void stop();
  LaneStats stats() const;

 private:
  WriteLane& lane_of(std::int64_t key);

  std::vector<std::unique_ptr<WriteLane>> lanes_;
};

template <class T>
Result<T> WriteLanes::write(std::int64_t key, std::function<Result<T>(Write&)> work, std::size_t bytes, bool blind) {
  std::optional<T> value;
  std::promise<Status> told;
  auto apply = [&](Write& write) -> Status {
    auto result = work(write);
    if (!result) return result.error();
    value = std::move(result).value();
    return Ok{};
  };
  const auto done = [&](Status status) { told.set_value(std::move(status)); };
  const auto submitted = submit({key, bytes, apply, done, blind});
  if (!submitted) return submitted.error();
  const auto status = told.get_future().get();
  if (!status) return status.error();
  return std::move(*value);
}

}  // namespace im::logic::store
