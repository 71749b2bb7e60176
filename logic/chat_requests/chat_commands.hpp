#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <string>

#include <boost/json/object.hpp>

#include "common/base/blocking_pool.hpp"
#include "logic/chat/actor.hpp"
#include "logic/requests/fields.hpp"
#include "logic/requests/request_router.hpp"

namespace im::logic {

inline constexpr std::int64_t kMostId = std::numeric_limits<std::int64_t>::max();

/// Commands of users whose work blocks. Each is a plan: it reads its fields on the thread of the door, and gives the
/// work, which runs on the pool when all fields are good.
class ChatCommands {
 public:
  using Work = std::function<Result<boost::json::object>()>;
  using Plan = std::function<Work(const chat::Actor& actor, Fields& fields)>;

  /// Asked of the caller before the work, on the pool; may be empty.
  using Meet = std::function<Status(Uid)>;

  ChatCommands(RequestRouter& router, BlockingPool& pool, Meet meet = {})
      : router_(router), pool_(pool), meet_(std::move(meet)) {}
  void on(std::string cmd, Plan plan);

 private:
  RequestRouter& router_;
  BlockingPool& pool_;
  const Meet meet_;
};

/// What a service answered, as members of the answer.
template <class T, class Convert>
Result<boost::json::object> as_json(const Result<T>& result, Convert convert) {
  if (!result.ok()) return result.error();
  return convert(result.value());
}
inline Result<boost::json::object> as_json(const Status& status) {
  if (!status.ok()) return status.error();
  return boost::json::object{};
}

}  // namespace im::logic
