#include "logic/goim/online_http.hpp"

#include <algorithm>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "common/base/room_key.hpp"
#include "logic/goim/http_answers.hpp"

namespace im::logic {

namespace {

namespace json = boost::json;

/// The id of "type://id"; the whole key when it has no "://".
std::string id_of(const std::string& key) {
  const std::size_t at = key.find("://");
  return at == std::string::npos ? key : key.substr(at + 3);
}

template <class Convert>
SessionDirectory::Done<OnlineAnswer> answer_with(HttpReply reply, Convert convert) {
  return [reply = std::move(reply), convert](const Result<OnlineAnswer>& online) {
    if (!online.ok()) {
      reply(goim_answer(-500, online.error().message));
      return;
    }
    const json::value data = convert(online.value());
    reply(goim_answer(0, online.value().top_cut ? "cut: there are more rooms than fit into an answer" : "", &data));
  };
}

}  // namespace

void add_online_routes(HttpServer& server, SessionDirectory& directory) {
  server.route("GET", "/goim/online/top", [&directory](const HttpRequest& request, HttpReply reply) {
    const std::string* type = request.parameter("type");
    const std::string* text = request.parameter("limit");
    const std::int32_t limit = text == nullptr ? 0 : parse_number<std::int32_t>(*text).value_or(0);
    if (type == nullptr || type->empty() || limit <= 0) {
      reply(bad_parameter("parameters \"type\" and \"limit\" (above 0) are required"));
      return;
    }
    if (!valid_room_key(*type)) {
      reply(bad_parameter(kBadRoom));
      return;
    }
    directory.online({*type, limit, {}}, answer_with(std::move(reply), [](const OnlineAnswer& online) {
                       json::array rooms;
                       for (const auto& [key, count] : online.top)
                         rooms.push_back(json::object{{"room_id", id_of(key)}, {"count", count}});
                       return json::value(std::move(rooms));
                     }));
  });
  goim_route(server, "GET", "/goim/online/room", [&directory](const HttpRequest& request, HttpReply reply) {
    const std::string* type = request.parameter("type");
    const auto rooms = request.parameters("rooms");
    if (type == nullptr || type->empty() || rooms.empty()) {
      reply(bad_parameter("parameters \"type\" and \"rooms\" are required"));
      return;
    }
    OnlineAsk ask;
    for (const std::string& room : rooms) ask.rooms.push_back(*type + "://" + room);
    if (!std::all_of(ask.rooms.begin(), ask.rooms.end(), valid_room_key)) {
      reply(bad_parameter(kBadRoom));
      return;
    }
    directory.online(std::move(ask), answer_with(std::move(reply), [](const OnlineAnswer& online) {
                       json::object counts;
                       for (const auto& [key, count] : online.rooms) counts[id_of(key)] = count;
                       return json::value(std::move(counts));
                     }));
  });
  server.route("GET", "/goim/online/total", [&directory](const HttpRequest&, HttpReply reply) {
    directory.online(
        {}, answer_with(std::move(reply), [](const OnlineAnswer& online) {
          return json::value(json::object{{"conn_count", online.connections}, {"ip_count", online.addresses}});
        }));
  });
}

}  // namespace im::logic
