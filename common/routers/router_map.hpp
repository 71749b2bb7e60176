#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "common/base/clock.hpp"
#include "common/base/result.hpp"
#include "common/routers/slot_map.hpp"

namespace grpc {
class Channel;
}

/// Which router has which slot, for those who call routers (docs/decisions/0008).
namespace im::routers {

/// A router is reached by two connections. What must be answered in time, leases and the table of slots, goes by the
/// prompt one: on the other it would wait behind a burst of logins.
enum class Way : std::uint8_t { kBulk, kPrompt };

/// Asks the routers all few hundred ms, at once when told that something moved. Any thread.
class RouterMap {
 public:
  using Channel = std::shared_ptr<grpc::Channel>;
  /// `seeds`: gRPC addresses, "host:port"; other routers are learned from those.
  explicit RouterMap(const std::vector<std::string>& seeds);
  ~RouterMap();
  RouterMap(const RouterMap&) = delete;
  RouterMap& operator=(const RouterMap&) = delete;
  void start();
  void stop();
  /// More seeds. Those of before stay: whoever is gone does not answer, and counts for nothing.
  void learn_of(const std::vector<std::string>& seeds);

  /// The owner of a slot as far as is known; null: nobody is.
  Channel owner(std::size_t slot, Way way = Way::kBulk) const;
  /// A number for the owner of a slot, to gather what goes to one router; -1: nobody is known.
  int owner_index(std::size_t slot) const;
  Channel channel(int index, Way way = Way::kBulk) const;
  /// Every router that answered lately, by that number.
  std::vector<int> answering() const;
  /// Something moved: ask again now (at most every 20 ms).
  void refresh();
  /// Every slot has an owner. Else `detail` says what is missing.
  bool ready(std::string* detail) const;

 private:
  struct Router {
    std::string address;
    Channel bulk, prompt;
    std::uint64_t id = 0, version = 0;
    bool shared = false;
    std::optional<TimePoint> answered;
    std::string error = "not asked yet";
    bool asking = false;
  };
  void run();
  void ask(int at);
  void heard(int at, const Result<RouterClaim>& answer);
  void believe(int at, const RouterClaim& claim);
  void learn(const std::string& address);

  mutable std::mutex mutex_;
  std::condition_variable wake_, quiet_;
  std::vector<Router> routers_;
  SlotMap slots_;
  int asking_ = 0;
  bool wanted_ = true;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace im::routers
