#include "logic/console/cluster_desk.hpp"

#include <algorithm>

#include "logic/admin/answers.hpp"
#include "logic/console/asked.hpp"

namespace im::logic {

namespace {

namespace json = boost::json;

constexpr std::int64_t kMostRooms = 200;

/// Rows that wait to go out, and calls to the operator's service.
Result<json::object> queues_of(store::Store& store) {
  auto db = store.reader();
  if (!db.ok()) return db.error();
  json::object out;
  for (const auto& [name, text] : {std::pair{"outbox", "SELECT COUNT(*) FROM outbox"},
                                   std::pair{"hooks", "SELECT COUNT(*) FROM hook_calls WHERE state = 1"}}) {
    const auto rows = db.value()->select({text, 1});
    if (!rows.ok()) return rows.error();
    out[name] = rows.value().front().number(0);
  }
  return out;
}

}  // namespace

void ClusterDesk::add_routes(HttpServer& server, AdminDoor& door) {
  const auto as_ops = [&](const char* path, void (AdminApi::*handler)(const HttpRequest&, HttpReply)) {
    door.get(server, path, AdminRole::kViewer, [&api = uses_.api, handler](const Deed& deed, HttpReply reply) {
      (api.*handler)(deed.request, std::move(reply));
    });
  };
  as_ops("/api/overview", &AdminApi::overview);
  as_ops("/api/nodes", &AdminApi::nodes);
  as_ops("/api/session", &AdminApi::session);
  as_ops("/api/room", &AdminApi::room);
  door.get(server, "/api/rooms", AdminRole::kViewer,
           [this](const Deed& deed, HttpReply reply) { rooms(deed, std::move(reply)); });
  door.get(server, "/api/figures", AdminRole::kViewer,
           [this](const Deed& deed, HttpReply reply) { figures(deed, std::move(reply)); });
  door.post(server, "/api/comet/drain", AdminRole::kAdmin,
            [this](const Deed& deed, HttpReply reply) { drain(deed, std::move(reply)); });
}

void ClusterDesk::rooms(const Deed& deed, HttpReply reply) {
  Asked asked(deed);
  OnlineAsk ask;
  ask.top_type = asked.given("type", 128);
  ask.top_limit = static_cast<std::int32_t>(asked.number("limit", 1, kMostRooms, 50));
  if (asked.failed(reply)) return;
  uses_.sessions.online(std::move(ask), [reply = std::move(reply)](const Result<OnlineAnswer>& online) {
    if (!online.ok()) return reply(refused(online.error()));
    json::array rooms;
    for (const auto& [room, count] : online.value().top)
      rooms.push_back(json::object{{"room", room}, {"count", count}});
    reply(answer(200, {{"rooms", std::move(rooms)}, {"cut", online.value().top_cut}}));
  });
}

void ClusterDesk::figures(const Deed&, HttpReply reply) {
  auto queues = queues_of(uses_.store);
  if (!queues.ok()) return reply(refused(queues.error()));
  figures_.read([queues = std::move(queues).value(), reply = std::move(reply)](json::object figures) {
    figures["queues"] = queues;
    reply(answer(200, std::move(figures)));
  });
}

void ClusterDesk::drain(const Deed& deed, HttpReply reply) {
  Asked asked(deed);
  const std::string name = asked.given("name", 190);
  if (asked.failed(reply)) return;
  const auto nodes = uses_.nodes();
  const auto comet = std::ranges::find_if(
      nodes, [&](const NodeInfo& node) { return node.kind == NodeKind::kComet && node.name == name; });
  if (comet == nodes.end()) return reply(problem(404, "not_found", "there is no comet \"" + name + "\""));
  uses_.comets.send(comet->instance, Drain{}, [reply = std::move(reply)](const Result<std::int32_t>& done) {
    reply(done.ok() ? answer(200, {{"draining", true}}) : refused(done.error()));
  });
}

}  // namespace im::logic
