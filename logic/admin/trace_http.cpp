#include "logic/admin/trace_http.hpp"

#include <algorithm>
#include <optional>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "common/base/base64.hpp"
#include "common/base/utf8.hpp"
#include "logic/admin/answers.hpp"
#include "logic/goim/http_answers.hpp"

namespace im::logic {

namespace {

namespace json = boost::json;

HttpResponse comet_failed(const Error& error) {
  switch (error.code) {
    case Error::Code::kNotFound:
    case Error::Code::kConflict:
      return problem(404, "not_found", "the trace is over: " + error.message);
    case Error::Code::kOverloaded:
      return problem(503, "overloaded", error.message);
    default:
      return problem(503, "unavailable", "the comet did not answer: " + error.message);
  }
}

/// The whole numbers of "1/2/3".
std::vector<std::uint64_t> numbers_of(std::string_view text, char between) {
  std::vector<std::uint64_t> numbers;
  while (true) {
    const std::size_t end = text.find(between);
    const auto number = parse_number<std::uint64_t>(std::string(text.substr(0, end)));
    if (!number) return {};
    numbers.push_back(*number);
    if (end == std::string_view::npos) return numbers;
    text.remove_prefix(end + 1);
  }
}

json::object event_json(const TracedEvent& event) {
  json::object out{{"kind", event.kind}, {"time_ms", event.time_ms}};
  if (!event.note.empty()) out["note"] = event.note;
  if (event.kind == "closed") return out;
  out["op"] = event.op;
  out["seq"] = event.seq;
  out["version"] = event.version;
  out["size"] = event.size;
  if (event.kind == "out") out["waiting"] = event.waiting;
  if (!event.body.empty()) {
    if (valid_utf8(event.body)) {
      out["body"] = event.body;
    } else {
      out["body_base64"] = base64(event.body);
    }
  }
  return out;
}

json::object view_json(const TraceView& view) {
  json::array events;
  for (const TracedEvent& event : view.events) events.push_back(event_json(event));
  return {{"events", std::move(events)}, {"dropped", view.dropped}, {"over", view.over}};
}

/// One comet in the list, or nothing.
template <class Match>
std::optional<NodeInfo> comet_in(const std::vector<NodeInfo>& nodes, Match match) {
  const auto found = std::find_if(nodes.begin(), nodes.end(),
                                  [&](const NodeInfo& node) { return node.kind == NodeKind::kComet && match(node); });
  return found == nodes.end() ? std::nullopt : std::optional(*found);
}

std::string id_of(const CometInstance& comet, std::uint64_t trace) {
  return std::to_string(comet.number.value()) + "-" + std::to_string(comet.epoch.value()) + "-" + std::to_string(trace);
}

std::string several(const std::vector<SessionInfo>& sessions) {
  std::string text = "there are " + std::to_string(sessions.size()) + " connections; name one by its key:";
  for (std::size_t i = 0; i < sessions.size() && i < 10; ++i) text += " " + sessions[i].key;
  return text;
}

}  // namespace

void TraceDesk::add_routes(HttpServer& server) {
  server.route("POST", "/admin/v1/trace",
               [this](const HttpRequest& request, HttpReply reply) { begin(request, std::move(reply)); });
  server.route("GET", "/admin/v1/trace",
               [this](const HttpRequest& request, HttpReply reply) { take(request, std::move(reply)); });
}

void TraceDesk::begin(const HttpRequest& request, HttpReply reply) {
  const std::string* uid_text = request.parameter("uid");
  const std::string* key = request.parameter("key");
  const std::string* conn = request.parameter("conn");
  const std::string* bodies_text = request.parameter("bodies");
  const bool bodies = bodies_text != nullptr && *bodies_text == "1";
  const int given = (uid_text != nullptr ? 1 : 0) + (key != nullptr ? 1 : 0) + (conn != nullptr ? 1 : 0);
  const std::int64_t uid = uid_text == nullptr ? 0 : parse_number<std::int64_t>(*uid_text).value_or(0);
  if (given != 1 || (uid_text != nullptr && uid <= 0) || (key != nullptr && !valid_key(*key)))
    return reply(problem(400, "invalid", "give one parameter: \"uid\" (a number above 0), \"key\" or \"conn\""));
  if (conn != nullptr) return begin_named(*conn, bodies, std::move(reply));
  LocateAsk ask;
  if (uid_text != nullptr) ask.uids = {uid};
  if (key != nullptr) ask.keys = {*key};
  directory_.locate(std::move(ask), [this, bodies, reply = std::move(reply)](const Result<LocateAnswer>& located) {
    if (!located.ok())
      return reply(problem(503, "unavailable", "the router did not answer: " + located.error().message));
    const LocateAnswer& found = located.value();
    const auto& sessions = found.by_uid.empty() ? found.by_key.front() : found.by_uid.front();
    if (sessions.empty()) return reply(problem(404, "not_found", "there is no live session"));
    if (sessions.size() > 1) return reply(problem(409, "conflict", several(sessions)));
    begin_session(sessions.front(), bodies, reply);
  });
}

void TraceDesk::begin_named(const std::string& conn, bool bodies, HttpReply reply) {
  const std::size_t slash = conn.find('/');
  const auto numbers = numbers_of(std::string_view(conn).substr(std::min(slash, conn.size() - 1) + 1), '/');
  if (slash == std::string::npos || numbers.size() != 3 || numbers[0] > 0xff || numbers[1] > 0xffffff ||
      numbers[2] > 0xffffffff)
    return reply(problem(400, "invalid", "\"conn\" looks like comet-1/0/3/17: COMET/WORKER/PLACE/GENERATION"));
  const std::string name = conn.substr(0, slash);
  const auto comet = comet_in(nodes_(), [&](const NodeInfo& node) { return node.name == name; });
  if (!comet) return reply(problem(404, "not_found", "there is no comet \"" + name + "\""));
  SessionInfo session;
  session.comet = comet->instance;
  session.conn = ConnId(static_cast<std::uint8_t>(numbers[0]), static_cast<std::uint32_t>(numbers[1]),
                        static_cast<std::uint32_t>(numbers[2]));
  begin_session(session, bodies, std::move(reply));
}

void TraceDesk::begin_session(const SessionInfo& session, bool bodies, HttpReply reply) {
  const auto comet = comet_in(nodes_(), [&](const NodeInfo& node) { return node.instance == session.comet; });
  if (!comet) return reply(problem(404, "not_found", "the comet of this session is gone"));
  TraceAsk ask;
  ask.comet = session.comet;
  ask.conn = session.conn;
  ask.bodies = bodies;
  comets_.trace(ask, [session, name = comet->name, reply = std::move(reply)](const Result<TraceView>& begun) {
    if (!begun.ok()) return reply(comet_failed(begun.error()));
    reply(answer(200, {{"id", id_of(session.comet, begun.value().trace)},
                       {"comet", name},
                       {"uid", session.uid.value()},
                       {"key", session.key}}));
  });
}

void TraceDesk::take(const HttpRequest& request, HttpReply reply) {
  const std::string* id = request.parameter("id");
  const auto numbers = id == nullptr ? std::vector<std::uint64_t>() : numbers_of(*id, '-');
  if (numbers.size() != 3 || numbers[2] == 0)
    return reply(problem(400, "invalid", "parameter \"id\" is that of a trace begun with POST"));
  TraceAsk ask;
  ask.comet = {CometNumber(static_cast<std::uint32_t>(numbers[0])), InstanceEpoch(numbers[1])};
  ask.trace = numbers[2];
  ask.end = request.parameter("end") != nullptr;
  const auto comet = comet_in(nodes_(), [&](const NodeInfo& node) { return node.instance == ask.comet; });
  if (!comet) return reply(problem(404, "not_found", "the trace is over: its comet is gone"));
  comets_.trace(ask, [reply = std::move(reply)](const Result<TraceView>& view) {
    reply(view.ok() ? answer(200, view_json(view.value())) : comet_failed(view.error()));
  });
}

}  // namespace im::logic
