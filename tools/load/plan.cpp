#include "tools/load/plan.hpp"

#include <algorithm>
#include <cmath>
#include <random>

namespace im::load {

namespace {

std::string token_of(std::uint64_t uid, const std::string& key, const std::string& room) {
  std::string token = "{\"mid\":" + std::to_string(uid) + ",\"key\":\"" + key + "\",\"accepts\":[1000,1001]";
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

/// What im-ledger does beyond rooms and users, by chance.
class Mixture {
 public:
  explicit Mixture(const PlanConfig& config) : config_(config), random_(config.seed) {}

  void vary(Receiver& receiver, std::uint64_t uid, const std::string& key, const std::string& room) {
    if (!room.empty() && chance(0.5)) {
      receiver.token = token_of(uid, key, "");
      receiver.join = "live://" + room;
    }
    receiver.says_close = chance(0.5);
    receiver.doubles = chance(0.3);
  }

  /// `to`: what /v1/push would be told.
  Stream stream(std::string target, std::size_t api, std::string to, int operation = 1000) {
    const bool with_key = !config_.api_key.empty() && chance(0.4);
    return {std::move(target), api, operation, with_key ? std::move(to) : std::string()};
  }

 private:
  bool chance(double share) { return std::uniform_real_distribution<>(0, 1)(random_) < share; }
  const PlanConfig& config_;
  std::mt19937 random_;
};

/// Of broadcasts: other clients of the cluster, who accept 1000, get none of them.
constexpr int kToAll = 1001;

/// To the keys of clients that get none as users, and to everybody.
void add_mixed_streams(const PlanConfig& config, const std::string& prefix, Mixture& mixture, Plan& plan) {
  const std::size_t apis = config.apis.size();
  for (std::size_t i = config.users; i < std::min(2 * config.users, config.connections); ++i) {
    const std::string key = prefix + std::to_string(i);
    plan.expectations.emplace_back(i, plan.streams.size());
    plan.streams.push_back(
        mixture.stream("/goim/push/keys?operation=1000&keys=" + key, i % apis, R"({"keys":[")" + key + R"("]})"));
  }
  for (std::size_t api = 0; api < apis; ++api) {
    for (std::size_t i = 0; i < config.connections; ++i) plan.expectations.emplace_back(i, plan.streams.size());
    plan.streams.push_back(mixture.stream("/goim/push/all?operation=1001", api, R"({"all":true})", kToAll));
  }
}

}  // namespace

Plan make_plan(const PlanConfig& config) {
  Plan plan;
  const std::string prefix = "flood" + std::to_string(config.run) + "-";
  const std::size_t apis = config.apis.size();
  Mixture mixture(config);
  for (std::size_t room = 0; room < config.rooms; ++room) {
    const std::string name = prefix + std::to_string(room);
    for (std::size_t api = 0; api < apis; ++api) {
      plan.streams.push_back(mixture.stream("/goim/push/room?operation=1000&type=live&room=" + name, api,
                                            R"({"room":"live://)" + name + R"("})"));
    }
  }
  for (std::size_t i = 0; i < config.connections + config.idle; ++i) {
    const bool in_room = i < config.connections && config.rooms > 0;
    const std::size_t room = in_room ? i / (2 * config.tcp_ports.size()) % config.rooms : 0;
    const std::uint64_t uid = first_uid(config.run) + i;
    const std::string key = prefix + std::to_string(i);
    const std::string name = in_room ? prefix + std::to_string(room) : std::string();
    plan.receivers.push_back(make_receiver(config, i, token_of(uid, key, name)));
    if (config.seed != 0) mixture.vary(plan.receivers.back(), uid, key, name);
    if (in_room) {
      for (std::size_t api = 0; api < apis; ++api) plan.expectations.emplace_back(i, room * apis + api);
    }
    if (i < config.users) {
      plan.expectations.emplace_back(i, plan.streams.size());
      const std::string number = std::to_string(uid);
      plan.streams.push_back(
          mixture.stream("/goim/push/mids?operation=1000&mids=" + number, i % apis, R"({"users":[)" + number + "]}"));
    }
  }
  if (config.seed != 0) add_mixed_streams(config, prefix, mixture, plan);
  const double total = config.rate * config.seconds;
  plan.messages_per_stream =
      static_cast<std::size_t>(std::ceil(total / static_cast<double>(std::max<std::size_t>(1, plan.streams.size()))));
  return plan;
}

}  // namespace im::load
