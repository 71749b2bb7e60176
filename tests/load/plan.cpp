#include "tests/load/plan.hpp"

#include <algorithm>
#include <cmath>

namespace im::load {

namespace {

std::string token_of(std::uint64_t uid, const std::string& key, const std::string& room) {
  std::string token = "{\"mid\":" + std::to_string(uid) + ",\"key\":\"" + key + "\",\"accepts\":[1000]";
  if (!room.empty()) token += ",\"room_id\":\"live://" + room + "\"";
  return token + "}";
}

Receiver make_receiver(const PlanConfig& config, std::size_t index, const std::string& token) {
  // Every so many connections speak WebSocket, so that all rooms and comets see both transports.
  const auto before = std::floor(static_cast<double>(index) * config.ws_share);
  const bool ws = std::floor(static_cast<double>(index + 1) * config.ws_share) > before;
  const auto& ports = ws ? config.ws_ports : config.tcp_ports;
  return {ports[index % ports.size()], ws ? Transport::kWs : Transport::kTcp, token};
}

}  // namespace

Plan make_plan(const PlanConfig& config) {
  Plan plan;
  const std::string prefix = "flood" + std::to_string(config.run) + "-";
  const std::size_t apis = config.apis.size();
  for (std::size_t room = 0; room < config.rooms; ++room) {
    for (std::size_t api = 0; api < apis; ++api) {
      plan.streams.push_back({"/goim/push/room?operation=1000&type=live&room=" + prefix + std::to_string(room), api});
    }
  }
  for (std::size_t i = 0; i < config.connections + config.idle; ++i) {
    const bool in_room = i < config.connections && config.rooms > 0;
    const std::size_t room = in_room ? i / (2 * config.tcp_ports.size()) % config.rooms : 0;
    const std::uint64_t uid = first_uid(config.run) + i;
    plan.receivers.push_back(make_receiver(
        config, i, token_of(uid, prefix + std::to_string(i), in_room ? prefix + std::to_string(room) : std::string())));
    if (in_room) {
      for (std::size_t api = 0; api < apis; ++api) plan.expectations.emplace_back(i, room * apis + api);
    }
    if (i < config.users) {
      plan.expectations.emplace_back(i, plan.streams.size());
      plan.streams.push_back({"/goim/push/mids?operation=1000&mids=" + std::to_string(uid), i % apis});
    }
  }
  const double total = config.rate * config.seconds;
  plan.messages_per_stream =
      static_cast<std::size_t>(std::ceil(total / static_cast<double>(std::max<std::size_t>(1, plan.streams.size()))));
  return plan;
}

}  // namespace im::load
