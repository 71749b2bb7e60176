#include "logic/console/push_desk.hpp"

#include <limits>

#include "common/base/room_key.hpp"
#include "logic/admin/answers.hpp"
#include "logic/console/asked.hpp"
#include "logic/goim/http_answers.hpp"

namespace im::logic {

namespace {

constexpr std::size_t kMostTarget = 1024, kMostPushed = 16U * 1024;

std::int32_t op_in(Asked& asked) {
  return static_cast<std::int32_t>(asked.number("op", 1, std::numeric_limits<std::int32_t>::max()));
}

PushService::Done told(HttpReply reply) {
  return [reply = std::move(reply)](const Status& status) {
    reply(status.ok() ? answer(200, {{"pushed", true}}) : refused(status.error()));
  };
}

}  // namespace

void PushDesk::add_routes(HttpServer& server, AdminDoor& door) {
  door.post(server, "/api/push", AdminRole::kOperator,
            [this](const Deed& deed, HttpReply reply) { to_some(deed, std::move(reply)); });
  door.post(server, "/api/push/all", AdminRole::kAdmin,
            [this](const Deed& deed, HttpReply reply) { to_all(deed, std::move(reply)); });
}

void PushDesk::to_some(const Deed& deed, HttpReply reply) {
  Asked asked(deed);
  const std::string to = asked.given("to", 8);
  const std::string target = asked.given("target", kMostTarget);
  const std::int32_t op = op_in(asked);
  std::string body = asked.text("body", kMostPushed);
  if (asked.failed(reply)) return;
  if (to == "user" && number_in(target) > 0)
    return push_.to_users(op, {number_in(target)}, std::move(body), told(std::move(reply)));
  if (to == "key" && valid_key(target)) return push_.to_keys(op, {target}, std::move(body), told(std::move(reply)));
  if (to == "room" && target.find("://") != std::string::npos && valid_room_key(target))
    return push_.to_room(op, target, std::move(body), told(std::move(reply)));
  reply(problem(400, "invalid", "to: user with a number, key, or room with \"live://1\" as target"));
}

void PushDesk::to_all(const Deed& deed, HttpReply reply) {
  Asked asked(deed);
  const std::int32_t op = op_in(asked);
  std::string body = asked.text("body", kMostPushed);
  if (!asked.failed(reply)) push_.to_all(op, 0, std::move(body), told(std::move(reply)));
}

}  // namespace im::logic
